import type { EvaluationRecord, MemoryRecord } from "../contract/run.ts";
import { AppError } from "../core/errors.ts";
import { drawBits } from "../core/rng.ts";
import { sizeOf } from "../core/shape.ts";
import { makeBatch } from "../data/dataset/batch.ts";
import { createArena } from "../gpu/arena.ts";
import type { Device } from "../gpu/device.ts";
import type { Pipelines } from "../gpu/pipelines.ts";
import { download, upload } from "../gpu/readback.ts";
import { GpuRecorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { KernelTimer } from "../gpu/timing.ts";
import { loadInputs } from "../nn/inputs.ts";
import type { Inputs } from "../nn/inputs.ts";
import { createScope } from "../nn/scope.ts";
import type { MatmulVariant, Scope } from "../nn/scope.ts";
import { scheduleFactor, warmupSteps } from "../optim/schedule.ts";
import { assemble, resultSlots, sizesOfRun } from "./assembly.ts";
import type { Assembly, RunRequest, RunSizes } from "./assembly.ts";
import { planBatches } from "./batches.ts";
import type { BatchPlan } from "./batches.ts";
import { initialValues } from "./checkpoint.ts";
import { evaluateRows, scoreDev } from "./evaluate.ts";
import type { DevLogits } from "./evaluate.ts";
import { checkRunFits } from "./fit.ts";
import { planRun } from "./plan.ts";
import type { RunPlan } from "./plan.ts";
import { Reporter } from "./reporter.ts";
import type { Listener } from "./reporter.ts";
import { recordPreparation, recordStep } from "./step.ts";
import { scoreTransfers } from "./transfer.ts";

/** The device a run trains on, with what was compiled for it. */
export interface Engine {
  readonly device: Device;
  readonly pipelines: Pipelines;
  readonly matmul: MatmulVariant;
  readonly timer: KernelTimer | null;
}

/** How a run is held or ended from outside. */
export interface Control {
  /** Resolves when the run may go on. share: of its steps that are done, 0 to 1. Errors: stopped. */
  gate(share: number): Promise<void>;
}

const mostInFlight = 3;

/** A run in progress on a device: made by openSession, trained once, disposed of. */
export class Session {
  readonly request: RunRequest;
  readonly sizes: RunSizes;
  readonly plan: RunPlan;
  readonly parts: Assembly;
  readonly #engine: Engine;
  readonly #batches: BatchPlan;
  readonly #mem: ReturnType<typeof createArena>;
  readonly #rec: GpuRecorder;
  readonly #reporter: Reporter;
  readonly #initial: ReadonlyMap<string, Float32Array>;
  readonly #listener: Listener;
  readonly #recorded = new Map<number, Map<string, Tensor>>();
  readonly #warmup: number;
  readonly #inFlight: Promise<undefined>[] = [];
  #lastDev: DevLogits | null = null;

  constructor(
    engine: Engine,
    request: RunRequest,
    sizes: RunSizes,
    batches: BatchPlan,
    plan: RunPlan,
    listener: Listener,
  ) {
    const { device } = engine;
    this.#engine = engine;
    this.request = request;
    this.sizes = sizes;
    this.plan = plan;
    this.#batches = batches;
    this.#listener = listener;
    this.#mem = createArena(device, plan.capacities);
    this.#rec = new GpuRecorder(device, engine.pipelines, engine.timer);
    this.parts = assemble(request, sizes, this.#mem, (name, into) => this.#uploadInitial(name, into));
    this.#initial = initialValues(request.checkpoint, sizes.config, sizes.specs, request.seed, {
      anew: this.parts.method.anew,
      headStart: request.settings.headStart,
    });
    for (const param of this.parts.params.list) this.#uploadInitial(param.spec.name, param.value);
    this.#warmup = warmupSteps(request.settings.warmupRatio, sizes.maxSteps);
    this.#reporter = new Reporter(device, this.parts, listener, (step) => ({
      learningRate: this.learningRate(step),
      tokens: batches.tokensOf(step),
    }));
  }

  /** Buffers, bind groups and pipelines made so far: constant after the first cycle. */
  get created(): { readonly buffers: number; readonly groups: number; readonly pipelines: number } {
    return { buffers: this.#mem.count, groups: this.#rec.groupCount, pipelines: this.#engine.pipelines.count };
  }

  /** Bytes reserved so far, by purpose. */
  get allocatedBytes(): MemoryRecord {
    return this.#mem.bytes();
  }

  /** Logits of the last evaluation, [dev rows, outputs]; null before the first. */
  get lastDev(): DevLogits | null {
    return this.#lastDev;
  }

  /** Trains all steps with their evaluations. Errors: stopped, not-finite, device-lost, device-error. */
  async train(control: Control): Promise<void> {
    let done = 0;
    await this.prepare(control);
    try {
      for (let step = 1; step <= this.sizes.maxSteps; step++) {
        await control.gate((step - 1) / this.sizes.maxSteps);
        await this.#train(step, control);
        done = step;
      }
    } catch (error) {
      // The steps since the last report were done, and a person who stops wants to see them.
      if (done > 0 && error instanceof AppError && error.code === "stopped") await this.settle(done);
      throw error;
    }
  }

  async #train(step: number, control: Control): Promise<void> {
    this.#engine.device.check();
    this.submitStep(step);
    await this.#throttle();
    await this.#reporter.reportWhenDue(step);
    if (!this.#evaluates(step)) return;
    await this.settle(step);
    await this.#evaluate(step, control);
  }

  /** Gives the method the pass over the training rows that it wants before step 1. Errors: stopped, device-lost. */
  async prepare(control: Control): Promise<void> {
    if (this.parts.method.prepare === undefined) return;
    const { stepsPerEpoch: count } = this.sizes;
    const seed = drawBits(this.request.seed, "preparation", 0, 0);
    for (let index = 0; index < count; index++) {
      await control.gate(0);
      this.#engine.device.check();
      const inputs = this.#inputsOf(index + 1);
      recordPreparation(this.parts, this.#scopeOf(index + 1, seed), inputs, index, count);
      this.#rec.submit();
      await this.#throttle();
      this.#listener.phase("Reading the training rows' gradients", index + 1, count);
    }
  }

  /** Tests: the vector to use at a step in place of the random one of that label. */
  replay(step: number, label: string, values: Float32Array): void {
    const tensor = this.#mem.tensor("inputs", `replay ${step} ${label}`, [values.length]);
    upload(this.#engine.device, tensor, values);
    const recorded = this.#recorded.get(step) ?? new Map<string, Tensor>();
    this.#recorded.set(step, recorded.set(label, tensor));
  }

  /** Records and submits one step without waiting for it. */
  submitStep(step: number): void {
    this.parts.method.begin?.(step);
    const s = this.#scopeOf(step, this.request.seed);
    recordStep(this.parts, s, this.#inputsOf(step), this.learningRate(step), (step - 1) % resultSlots);
    this.#rec.submit();
  }

  #inputsOf(step: number): Inputs {
    return loadInputs(this.#engine.device, this.#mem, makeBatch(this.request.train, this.#batches.rowsOf(step)));
  }

  #scopeOf(step: number, seed: number): Scope {
    return createScope({
      rec: this.#rec,
      mem: this.#mem,
      seed,
      step,
      dropout: this.sizes.dropout,
      matmul: this.#engine.matmul,
      recorded: this.#recorded.get(step) ?? new Map(),
    });
  }

  /** The schedule's learning rate at a step. */
  learningRate(step: number): number {
    return this.request.settings.learningRate * scheduleFactor(step, this.sizes.maxSteps, this.#warmup);
  }

  /** Reads every weight back, by parameter name. */
  async weights(): Promise<ReadonlyMap<string, Float32Array>> {
    const values = new Map<string, Float32Array>();
    for (const { spec, value } of this.parts.params.list) {
      values.set(spec.name, await download(this.#engine.device, value));
    }
    return values;
  }

  /** Waits until the device has done the steps up to this one and reports them. Errors: not-finite, device-lost. */
  async settle(step: number): Promise<void> {
    await this.#reporter.report(step);
  }

  /** Frees the memory of the run. */
  dispose(): void {
    this.#reporter.dispose();
    this.#rec.dispose();
    this.#mem.dispose();
  }

  #uploadInitial(name: string, into: Tensor): void {
    const values = this.#initial.get(name);
    if (values === undefined || values.length !== sizeOf(into.shape)) {
      throw new AppError("bug", `There is no initial value for ${name} that fits ${into.label}.`);
    }
    upload(this.#engine.device, into, values);
  }

  async #throttle(): Promise<void> {
    this.#inFlight.push(this.#engine.device.gpu.queue.onSubmittedWorkDone());
    if (this.#inFlight.length >= mostInFlight) await this.#inFlight.shift();
  }

  #evaluates(step: number): boolean {
    const { evaluateEvery } = this.request.settings;
    return step === this.sizes.maxSteps || step % (evaluateEvery ?? this.sizes.stepsPerEpoch) === 0;
  }

  async #evaluate(step: number, control: Control): Promise<void> {
    const { request } = this;
    const scope = { rec: this.#rec, mem: this.#mem, seed: request.seed, matmul: this.#engine.matmul };
    const { batchSize } = request.settings;
    const gate = (): Promise<void> => control.gate(step / this.sizes.maxSteps);
    const { device } = this.#engine;
    const dev = await evaluateRows(device, this.parts, scope, request.dev, batchSize, gate);
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
    const onDev = scoreDev(request.task, request.dev.labels, dev, at);
    let elsewhere: EvaluationRecord["scores"] = {};
    try {
      if (step === this.sizes.maxSteps) elsewhere = await scoreTransfers(device, this.parts, scope, request, gate);
    } finally {
      // What the dev rows gave was computed, and is told even where the other sets came to nothing.
      this.#listener.evaluation({ ...onDev, scores: { ...onDev.scores, ...elsewhere } });
    }
  }
}

/**
 * Plans a run, checks that the device can hold it, compiles what it needs and reserves its memory.
 *
 * Errors: bad-settings, bad-config, too-large, device-error.
 */
export async function openSession(engine: Engine, request: RunRequest, listener: Listener): Promise<Session> {
  const sizes = sizesOfRun(request);
  const batches = planBatches(request, sizes.maxSteps);
  const plan = planRun(request, sizes, batches.limits, engine.matmul);
  const { device, pipelines } = engine;
  checkRunFits(request, plan, device.record, engine.matmul);
  await pipelines.compile(plan.kernels, (done, total) => listener.phase("Compiling kernels", done, total));
  device.gpu.pushErrorScope("out-of-memory");
  const session = new Session(engine, request, sizes, batches, plan, listener);
  const error = await device.gpu.popErrorScope();
  if (error === null) return session;
  session.dispose();
  const total = (plan.totalBytes / 2 ** 20).toFixed(0);
  throw new AppError(
    "too-large",
    `The device could not give the ${total} MiB that this run takes (${error.message}). Use a smaller model, batch size or longest input.`,
  );
}
