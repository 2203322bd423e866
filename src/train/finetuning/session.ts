import type { EvaluationRecord, MemoryRecord } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import { drawBits } from "../../core/rng.ts";
import { upload } from "../../gpu/readback.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { LossPlace } from "../../nn/losses/loss.ts";
import type { ParamSet } from "../../nn/params.ts";
import { noDropout } from "../../nn/scope.ts";
import type { Scope } from "../../nn/scope.ts";
import { rateAt } from "../../optim/schedule.ts";
import { initialValues } from "../checkpoint.ts";
import { openRun } from "../device-run.ts";
import type { DeviceRun } from "../device-run.ts";
import type { Control, Engine } from "../engine.ts";
import type { MemoryPlan } from "../memory-plan.ts";
import { slotOf } from "../results-ring.ts";
import type { RunState, SavedState } from "../run-state.ts";
import { inspectRows } from "../subnetwork/inspection.ts";
import type { InspectedRows } from "../subnetwork/inspection.ts";
import { Watcher } from "../subnetwork/watcher.ts";
import { assemble } from "./assembly.ts";
import type { Assembly, RunRequest, RunSizes } from "./assembly.ts";
import type { BatchPlan } from "./batches.ts";
import { readCounts, reserveChild } from "./child-network.ts";
import { EarlyStopping } from "./early-stopping.ts";
import { evaluateRows, scoreDev } from "./evaluate.ts";
import type { DevLogits } from "./evaluate.ts";
import { lastingTensors, putBack, takeState } from "./lasting.ts";
import { planOnDevice } from "./plan.ts";
import type { PlannedSession } from "./plan.ts";
import { recordBatch } from "./record-batch.ts";
import { RunReporter } from "./run-reporter.ts";
import type { Listener } from "./run-reporter.ts";
import { preparationResults, recordPreparation, recordUpdate, recordWeights } from "./step.ts";
import { scoreTransfers } from "./transfer.ts";

/** Where a run goes on: its state, and what was told of it up to there. */
export interface SavedRun {
  readonly state: SavedState;
  readonly evaluations: readonly EvaluationRecord[];
}

/** A run in progress on a device: made by openSession, trained once, disposed of. */
export class Session {
  readonly request: RunRequest;
  readonly sizes: RunSizes;
  readonly plan: MemoryPlan;
  readonly parts: Assembly;
  readonly #run: DeviceRun;
  readonly #batches: BatchPlan;
  readonly #reporter: RunReporter;
  readonly #listener: Listener;
  readonly #watcher: Watcher | null;
  readonly #recorded = new Map<number, Map<string, Tensor>>();
  readonly #stopping: EarlyStopping;
  /** All that a step leaves to later ones. */
  #lasting: readonly Tensor[];
  /** Where an earlier run of the same request stopped; null: from the start. */
  readonly #saved: SavedRun | null;
  /** W(0), by parameter name: a method may ask for them until the run ends. */
  #initial: ReadonlyMap<string, Float32Array> = new Map();
  #lastDev: DevLogits | null = null;
  #lastStep = 0;

  constructor(
    run: DeviceRun,
    request: RunRequest,
    { sizes, batches, plan }: PlannedSession,
    listener: Listener,
    saved: SavedRun | null,
  ) {
    this.request = request;
    this.sizes = sizes;
    this.plan = plan;
    this.#run = run;
    this.#batches = batches;
    this.#listener = listener;
    this.#saved = saved;
    this.#lastStep = saved?.state.step ?? 0;
    this.#stopping = new EarlyStopping(request.task, request.settings.patience);
    for (const evaluation of saved?.evaluations ?? []) this.#stopping.see(evaluation);
    this.parts = assemble(request, sizes, run.mem, {
      initial: (name, into) => run.fill(into, this.#initial.get(name)),
      values: (into, values) => run.fill(into, values),
    });
    this.#lasting = lastingTensors(run.mem);
    this.#initial = initialValues(request.checkpoint, sizes.specs, request.seed, {
      anew: this.parts.method.anew,
      headStart: request.settings.headStart,
    });
    for (const { spec, value } of this.parts.params.all) run.fill(value, this.#initial.get(spec.name));
    const known = (step: number) => ({ learningRate: this.learningRate(step), tokens: batches.tokensOf(step) });
    this.#reporter = new RunReporter(run.engine.device, this.parts, listener, known, this.#lastStep);
    const { watch, method } = this.parts;
    this.#watcher =
      watch === null
        ? null
        : new Watcher(run.engine.device, watch, method, sizes.maxSteps, (...taken) => listener.snapshot?.(...taken));
    if (saved !== null) this.#watcher?.skipTo(saved.state.step);
  }

  /** Puts the saved state, if there is one, in the place of what the run would begin with. Errors: those of SavedState. */
  async restore(): Promise<void> {
    if (this.#saved === null) return;
    const { state } = this.#saved;
    const { device } = this.#run.engine;
    await putBack(device, this.#lasting, state);
    // How much that is, the selection says that has just been put back.
    await putBack(device, await this.#reserveChild(), state);
  }

  /** Reserves the moments of a child network, now that it is known; returns them. Errors: too-large, device-lost, device-error. */
  async #reserveChild(): Promise<readonly Tensor[]> {
    const { method, optimizer } = this.parts;
    const { child } = method;
    if (child === undefined) return [];
    const counts = await readCounts(this.#run.engine.device, child);
    const moments = await this.#run.reserve(() => reserveChild(this.#run.mem, optimizer, child, counts));
    moments.locate(this.#lookScope(0));
    await this.#run.submit();
    this.#lasting = [...this.#lasting, ...moments.tensors];
    return moments.tensors;
  }

  /**
   * What the run needs to go on after the step it has come to; call it between two steps, or within an evaluation. All
   * steps so far are told before it resolves. null before the first step. Errors: not-finite, device-lost, device-error.
   */
  async state(): Promise<RunState | null> {
    const step = this.#lastStep;
    if (step === 0) return null;
    await this.settle(step);
    await this.#watcher?.settle();
    return await takeState(this.#run.engine.device, this.#lasting, step);
  }

  /** What is watched of its subnetwork; null where nobody watches. */
  get watched(): Watcher["head"] | null {
    return this.#watcher?.head ?? null;
  }

  /** Buffers, bind groups and pipelines made so far: constant after the first cycle. */
  get created(): DeviceRun["created"] {
    return this.#run.created;
  }

  /** Bytes reserved so far, by purpose. */
  get allocatedBytes(): MemoryRecord {
    return this.#run.allocatedBytes;
  }

  /** Steps done. */
  get done(): number {
    return this.#lastStep;
  }

  /** Logits of the last evaluation, [dev rows, outputs]; null before the first. */
  get lastDev(): DevLogits | null {
    return this.#lastDev;
  }

  /** Trains all steps with their evaluations, or as many as early stopping allows. Errors: stopped, not-finite, device-lost, device-error. */
  async train(control: Control): Promise<void> {
    let done = this.#lastStep;
    if (done === 0) {
      await this.prepare(control);
      await this.#look(0);
    }
    try {
      const ended = await this.#evaluateSaved(control);
      await this.#run.steps(done + 1, ended ? done : this.sizes.maxSteps, control, async (step) => {
        const ends = await this.#train(step, control);
        done = step;
        return ends;
      });
    } catch (error) {
      // The steps since the last report were done, and a person who stops wants to see them.
      if (done > 0 && error instanceof AppError && error.code === "stopped") {
        await this.settle(done);
        await this.#watcher?.settle();
      }
      throw error;
    }
    await this.#watcher?.end(done, () => this.#lookScope(done));
  }

  /** Evaluates where the state was saved between a step and its evaluation. Resolves with whether the run ends with it. */
  async #evaluateSaved(control: Control): Promise<boolean> {
    if (this.#saved === null) return false;
    const { state, evaluations } = this.#saved;
    if (!this.#evaluates(state.step) || evaluations.some(({ step }) => step === state.step)) return false;
    return await this.#evaluate(state.step, control);
  }

  /** Weights of a matrix as they are now, whole rows; may be asked for at any time. Errors: device-lost, device-error. */
  async inspect(matrix: string, top: number, bottom: number): Promise<InspectedRows> {
    const initial = this.#initial.get(matrix) ?? new Float32Array();
    const { device } = this.#run.engine;
    return await inspectRows(device, this.parts, initial, { matrix, top, bottom, step: this.#lastStep });
  }

  /** Looks at the subnetwork after a step, where somebody watches and it is time. */
  async #look(step: number): Promise<void> {
    this.#lastStep = step;
    await this.#watcher?.after(step, () => this.#lookScope(step));
  }

  #lookScope(step: number): Scope {
    return this.#run.scope(this.request.seed, step, noDropout);
  }

  /** Resolves with whether the run ends with this step. */
  async #train(step: number, control: Control): Promise<boolean> {
    await this.submitStep(step);
    await this.#look(step);
    await this.#reporter.reportWhenDue(step);
    if (!this.#evaluates(step)) return false;
    await this.settle(step);
    return await this.#evaluate(step, control);
  }

  /** Gives the method the pass over the training rows that it wants before step 1. Errors: stopped, device-lost. */
  async prepare(control: Control): Promise<void> {
    if (this.parts.method.prepare === undefined) return;
    const { stepsPerEpoch: count, dropout } = this.sizes;
    const seed = drawBits(this.request.seed, "preparation", 0, 0);
    for (let index = 0; index < count; index++) {
      await control.gate(0);
      this.#run.engine.device.check();
      const s = this.#run.scope(seed, index + 1, dropout, this.#recorded.get(index + 1));
      const results = preparationResults(s);
      await this.#recordBatch(s, index + 1, this.parts.params, { results, slot: 0 });
      recordPreparation(this.parts, s, results, index, count);
      await this.#run.submit();
      this.#listener.phase("Reading the training rows' gradients", index + 1, count);
    }
    await this.#reserveChild();
  }

  /** Tests: the vector to use at a step in place of the random one of that label. */
  replay(step: number, label: string, values: Float32Array): void {
    const tensor = this.#run.mem.tensor("inputs", `replay ${step} ${label}`, [values.length]);
    upload(this.#run.engine.device, tensor, values);
    const recorded = this.#recorded.get(step) ?? new Map<string, Tensor>();
    this.#recorded.set(step, recorded.set(label, tensor));
  }

  /** Records and submits one step; waits only where the device is some steps behind. */
  async submitStep(step: number): Promise<void> {
    this.parts.method.begin?.(step);
    await this.#run.profiled(step, async () => {
      const s = this.#run.scope(this.request.seed, step, this.sizes.dropout, this.#recorded.get(step));
      const { results } = this.parts;
      const slot = slotOf(step, results);
      await this.#recordBatch(s, step, recordWeights(this.parts, s), { results, slot });
      recordUpdate(this.parts, s, this.learningRate(step), slot);
      await this.#run.submit();
    });
  }

  async #recordBatch(s: Scope, step: number, weights: ParamSet, place: LossPlace): Promise<void> {
    await recordBatch(this.#run, this.parts, s, weights, {
      train: this.request.train,
      rows: this.#batches.partsOf(step),
      ...place,
    });
  }

  /** The learning rate at a step: the schedule's, unless the request says another. */
  learningRate(step: number): number {
    return this.request.rateOf?.(step) ?? rateAt(this.request.settings, step, this.sizes.maxSteps);
  }

  /** Reads every weight back, by parameter name. Errors: device-lost. */
  async weights(): Promise<ReadonlyMap<string, Float32Array>> {
    const { all } = this.parts.params;
    const values = await this.#run.read(all.map(({ value }) => value));
    return new Map(all.map(({ spec }, index) => [spec.name, values[index] ?? new Float32Array()]));
  }

  /** Waits until the device has done the steps up to this one and reports them. Errors: not-finite, device-lost. */
  async settle(step: number): Promise<void> {
    await this.#reporter.report(step);
  }

  /** Frees the memory of the run. */
  dispose(): void {
    this.#reporter.dispose();
    this.#watcher?.dispose();
    this.#run.dispose();
  }

  #evaluates(step: number): boolean {
    const { evaluateEvery } = this.request.settings;
    return step === this.sizes.maxSteps || step % (evaluateEvery ?? this.sizes.stepsPerEpoch) === 0;
  }

  /** Resolves with whether the run ends here. */
  async #evaluate(step: number, control: Control): Promise<boolean> {
    const { request } = this;
    const { batchSize } = request.settings;
    const gate = (): Promise<void> => control.gate(step / this.sizes.maxSteps);
    const dev = await evaluateRows(this.#run, this.parts, request.dev, batchSize, gate);
    // A prediction that is no number would count as the first class.
    if (!Number.isFinite(dev.loss)) {
      throw new AppError(
        "not-finite",
        `After step ${step} the loss of the dev rows is ${dev.loss}; it must be finite. Try a lower learning rate or a ` +
          `longer warm-up.`,
      );
    }
    this.#lastDev = dev;
    const at = { step, epoch: step / this.sizes.stepsPerEpoch };
    const onDev = scoreDev(request.task, request.dev.labels, this.sizes.outputCount, dev, at);
    const ends = this.#stopping.see(onDev) || step === this.sizes.maxSteps;
    let elsewhere: EvaluationRecord["scores"] = {};
    try {
      if (ends) elsewhere = await scoreTransfers(this.#run, this.parts, request, gate);
    } finally {
      // What the dev rows gave was computed, and is told even where the other sets came to nothing.
      this.#listener.evaluation({ ...onDev, scores: { ...onDev.scores, ...elsewhere } });
    }
    return ends;
  }
}

/**
 * Plans a run, checks that the device can hold it, compiles what it needs and reserves its memory. `planned`: where
 * planOnDevice() was asked before. `saved`: where an earlier run of the same request stopped; null to start.
 *
 * Errors: bad-settings, too-large, device-error; missing-tensor, shape-mismatch and bad-tensors for a state of another run.
 */
export async function openSession(
  engine: Engine,
  request: RunRequest,
  listener: Listener,
  planned: PlannedSession = planOnDevice(request, engine),
  saved: SavedRun | null = null,
): Promise<Session> {
  const phase = listener.phase.bind(listener);
  const session = await openRun(engine, planned, phase, (run) => new Session(run, request, planned, listener, saved));
  try {
    await session.restore();
  } catch (error) {
    session.dispose();
    throw error;
  }
  return session;
}
