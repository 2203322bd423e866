import type { LossesRecord, PretrainingStepRecord } from "../../contract/pretraining.ts";
import type { MemoryRecord } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { TensorData } from "../../models/safetensors.ts";
import { loadPretrainingInputs } from "../../nn/pretraining-inputs.ts";
import { noDropout } from "../../nn/scope.ts";
import { rateAt } from "../../optim/schedule.ts";
import { freshValues } from "../checkpoint.ts";
import { openRun } from "../device-run.ts";
import type { DeviceRun } from "../device-run.ts";
import type { Control, Engine } from "../engine.ts";
import type { MemoryPlan } from "../memory-plan.ts";
import { ResultsRing, slotOf, tellFinite } from "../results-ring.ts";
import type { ResultRow } from "../results-ring.ts";
import { planPretraining } from "./plan.ts";
import { lossesOf } from "./records.ts";
import { assemblePretraining, dropoutOf, recordHeldOut, recordPretrainingStep, resultSlots } from "./step.ts";
import type { PretrainingParts, PretrainingRequest } from "./step.ts";

/** A run as it stands after a step: from it the run goes on to the same bits. */
export interface PretrainingState {
  /** Steps done. */
  readonly step: number;
  /** Every parameter, and both its moments. */
  readonly tensors: readonly TensorData[];
}

/** Called with what happens. */
export interface PretrainingListener {
  phase(text: string, done: number, total: number): void;
  steps(steps: readonly PretrainingStepRecord[]): void;
  evaluation(losses: LossesRecord): void;
  /** After each step that is done, and told of where it is the last of a measurement; the run waits for it. */
  done(step: number): Promise<void>;
}

/** A pre-training run on a device: made by openPretraining, trained once, disposed of. */
export class PretrainingSession {
  readonly request: PretrainingRequest;
  readonly plan: MemoryPlan;
  readonly parts: PretrainingParts;
  readonly #run: DeviceRun;
  readonly #listener: PretrainingListener;
  readonly #ring: ResultsRing;
  readonly #tokens = new Uint32Array(resultSlots);
  readonly #start: number;
  #done: number;

  constructor(
    run: DeviceRun,
    request: PretrainingRequest,
    listener: PretrainingListener,
    state: PretrainingState | null,
  ) {
    this.request = request;
    this.plan = run.plan;
    this.#run = run;
    this.#listener = listener;
    this.parts = assemblePretraining(request, run.mem);
    this.#start = state?.step ?? 0;
    this.#done = this.#start;
    if (state === null) this.#initialise();
    else this.#restore(state);
    this.#ring = new ResultsRing(run.engine.device, this.parts.results, this.#start, (rows) => this.#tell(rows));
  }

  /** Steps submitted so far. */
  get done(): number {
    return this.#done;
  }

  /** Buffers, bind groups and pipelines made so far: constant after the first step. */
  get created(): DeviceRun["created"] {
    return this.#run.created;
  }

  /** Bytes reserved so far, by purpose. */
  get allocatedBytes(): MemoryRecord {
    return this.#run.allocatedBytes;
  }

  /** Trains all steps that are left. Errors: stopped, not-finite, device-lost, device-error. */
  async train(control: Control): Promise<void> {
    const { steps, evaluateEvery } = this.request.settings;
    try {
      await this.#run.steps(this.#start + 1, steps, control, async (step) => {
        await this.submitStep(step);
        if (step === steps || step % evaluateEvery === 0) {
          await this.#ring.report(step);
          this.#listener.evaluation(await this.evaluate());
        } else await this.#ring.reportWhenDue(step);
        await this.#listener.done(step);
      });
    } catch (error) {
      // The steps since the last report were done, and a person who stops wants to see them.
      if (error instanceof AppError && error.code === "stopped") await this.settle();
      throw error;
    }
  }

  /** Records and submits one step; waits only where the device is some steps behind. */
  async submitStep(step: number): Promise<void> {
    const { settings, seed } = this.request;
    const batch = this.request.batchOf(step);
    if (batch.chosen.length === 0) {
      throw new AppError("bad-table", `The batch of step ${step} has no word to guess: is the text all unknown words?`);
    }
    const slot = slotOf(step, this.parts.results);
    this.#tokens[slot] = batch.tokenCount;
    const inputs = loadPretrainingInputs(this.#run.engine.device, this.#run.mem, batch);
    const s = this.#run.scope(seed, step, dropoutOf(settings));
    recordPretrainingStep(this.parts, s, inputs, this.learningRate(step), slot);
    this.#done = step;
    await this.#run.submit();
  }

  /** The schedule's learning rate at a step. */
  learningRate(step: number): number {
    return rateAt(this.request.settings, step, this.request.settings.steps);
  }

  /** Measures the held-out batches with the weights as they are now. Errors: device-lost, device-error. */
  async evaluate(): Promise<LossesRecord> {
    const { rec, mem, engine } = this.#run;
    const { heldOut, seed } = this.request;
    rec.clear(this.parts.heldOut);
    const counts = { words: 0, next: 0 };
    for (const [index, batch] of heldOut.entries()) {
      const inputs = loadPretrainingInputs(engine.device, mem, batch);
      recordHeldOut(this.parts, this.#run.scope(seed, index + 1, noDropout), inputs);
      await this.#run.submit();
      counts.words += batch.chosen.length;
      counts.next += batch.sequenceCount;
    }
    const [sums = new Float32Array()] = await this.#run.read([this.parts.heldOut]);
    return lossesOf(this.#done, sums, counts);
  }

  /** Waits until the device has done everything that was submitted and tells of it. */
  async settle(): Promise<void> {
    await this.#ring.report(this.#done);
  }

  /** Reads every parameter back. */
  async weights(): Promise<readonly TensorData[]> {
    return await this.#read(this.parts.params.all.map(({ value }) => value));
  }

  /** Reads everything back that the run needs to go on. */
  async state(): Promise<PretrainingState> {
    await this.settle();
    return { step: this.#done, tensors: await this.#read(this.#stateTensors()) };
  }

  /** Frees the memory of the run. */
  dispose(): void {
    this.#ring.dispose();
    this.#run.dispose();
  }

  async #read(tensors: readonly Tensor[]): Promise<readonly TensorData[]> {
    const values = await this.#run.read(tensors);
    return tensors.map(({ label, shape }, index) => ({
      name: label,
      shape,
      data: values[index] ?? new Float32Array(),
    }));
  }

  #stateTensors(): readonly Tensor[] {
    const moments = [...this.parts.optimizer.moments.values()].flatMap(({ first, second }) => [first, second]);
    return [...this.parts.params.all.map(({ value }) => value), ...moments];
  }

  #initialise(): void {
    const { initial, initializerRange, seed } = this.request;
    for (const { spec, value } of this.parts.params.all) {
      this.#run.fill(value, initial.get(spec.name) ?? freshValues(spec, spec.init, initializerRange, seed));
    }
  }

  #restore({ tensors }: PretrainingState): void {
    const byName = new Map(tensors.map(({ name, data }) => [name, data]));
    for (const tensor of this.#stateTensors()) this.#run.fill(tensor, byName.get(tensor.label));
  }

  #tell(rows: readonly ResultRow[]): Promise<void> {
    const records = rows.map(({ step, values }) => ({
      ...lossesOf(step, values, { words: 1, next: 1 }),
      gradNorm: values[1] ?? Number.NaN,
      learningRate: this.learningRate(step),
      tokens: this.#tokens[slotOf(step, this.parts.results)] ?? 0,
    }));
    tellFinite(
      records,
      ({ words, next }) => words.loss + next.loss,
      (good) => this.#listener.steps(good),
    );
    return Promise.resolve();
  }
}

/**
 * Plans a run, checks that the device can hold it, compiles what it needs and reserves its memory. `state`: where an
 * earlier run of the same request stopped; null to start.
 *
 * Errors: too-large, device-error; missing-tensor and shape-mismatch for a state of another run.
 */
export async function openPretraining(
  engine: Engine,
  request: PretrainingRequest,
  listener: PretrainingListener,
  state: PretrainingState | null = null,
): Promise<PretrainingSession> {
  const planned = planPretraining(request, engine);
  const phase = listener.phase.bind(listener);
  return await openRun(engine, planned, phase, (run) => new PretrainingSession(run, request, listener, state));
}
