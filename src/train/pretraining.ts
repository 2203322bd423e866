import type { LossesRecord, PretrainingStepRecord } from "../contract/pretraining.ts";
import type { MemoryRecord } from "../contract/run.ts";
import { AppError } from "../core/errors.ts";
import { drawNormal } from "../core/rng.ts";
import { sizeOf } from "../core/shape.ts";
import { createArena } from "../gpu/arena.ts";
import type { Device } from "../gpu/device.ts";
import { download, upload } from "../gpu/readback.ts";
import { GpuRecorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { TensorData } from "../models/safetensors.ts";
import type { ParamSpec } from "../nn/params.ts";
import { loadPretrainingInputs } from "../nn/pretraining-inputs.ts";
import { createScope, noDropout } from "../nn/scope.ts";
import { scheduleFactor, warmupSteps } from "../optim/schedule.ts";
import type { RunPlan } from "./plan.ts";
import { mebibytes, problemOfPretraining } from "./pretraining-fit.ts";
import {
  assemblePretraining,
  dropoutOf,
  planPretraining,
  recordHeldOut,
  recordPretrainingStep,
  resultSlots,
} from "./pretraining-step.ts";
import type { PretrainingParts, PretrainingRequest } from "./pretraining-step.ts";
import { lossesOf } from "./pretraining-records.ts";
import { ResultsRing, slotOf, tellFinite } from "./results-ring.ts";
import type { ResultRow } from "./results-ring.ts";
import type { Control, Engine } from "./session.ts";

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

const mostInFlight = 3;

/** A pre-training run on a device: made by openPretraining, trained once, disposed of. */
export class PretrainingSession {
  readonly request: PretrainingRequest;
  readonly plan: RunPlan;
  readonly parts: PretrainingParts;
  readonly #engine: Engine;
  readonly #listener: PretrainingListener;
  readonly #mem: ReturnType<typeof createArena>;
  readonly #rec: GpuRecorder;
  readonly #ring: ResultsRing;
  readonly #warmup: number;
  readonly #tokens = new Uint32Array(resultSlots);
  readonly #inFlight: Promise<undefined>[] = [];
  readonly #start: number;
  #done: number;

  constructor(
    engine: Engine,
    request: PretrainingRequest,
    plan: RunPlan,
    listener: PretrainingListener,
    state: PretrainingState | null,
  ) {
    this.#engine = engine;
    this.request = request;
    this.plan = plan;
    this.#listener = listener;
    this.#mem = createArena(engine.device, plan.capacities);
    this.#rec = new GpuRecorder(engine.device, engine.pipelines, engine.timer);
    this.parts = assemblePretraining(request, this.#mem);
    this.#warmup = warmupSteps(request.settings.warmupRatio, request.settings.steps);
    this.#start = state?.step ?? 0;
    this.#done = this.#start;
    if (state === null) this.#initialise();
    else this.#restore(state);
    this.#ring = new ResultsRing(engine.device, this.parts.results, this.#start, (rows) => this.#tell(rows));
  }

  /** Steps submitted so far. */
  get done(): number {
    return this.#done;
  }

  /** Buffers, bind groups and pipelines made so far: constant after the first step. */
  get created(): { readonly buffers: number; readonly groups: number; readonly pipelines: number } {
    return { buffers: this.#mem.count, groups: this.#rec.groupCount, pipelines: this.#engine.pipelines.count };
  }

  /** Bytes reserved so far, by purpose. */
  get allocatedBytes(): MemoryRecord {
    return this.#mem.bytes();
  }

  /** Trains all steps that are left. Errors: stopped, not-finite, device-lost, device-error. */
  async train(control: Control): Promise<void> {
    const { steps, evaluateEvery } = this.request.settings;
    try {
      for (let step = this.#start + 1; step <= steps; step++) {
        await control.gate((step - 1) / steps);
        this.#engine.device.check();
        this.submitStep(step);
        await this.#throttle();
        const due = step === steps || step % evaluateEvery === 0;
        if (due) {
          await this.#ring.report(step);
          this.#listener.evaluation(await this.evaluate());
        } else await this.#ring.reportWhenDue(step);
        await this.#listener.done(step);
      }
    } catch (error) {
      // The steps since the last report were done, and a person who stops wants to see them.
      if (error instanceof AppError && error.code === "stopped") await this.settle();
      throw error;
    }
  }

  /** Records and submits one step without waiting for it. */
  submitStep(step: number): void {
    const { device, matmul } = this.#engine;
    const batch = this.request.batchOf(step);
    if (batch.chosen.length === 0) {
      throw new AppError("bad-table", `The batch of step ${step} has no word to guess: is the text all unknown words?`);
    }
    const slot = slotOf(step, this.parts.results);
    this.#tokens[slot] = batch.tokenCount;
    const inputs = loadPretrainingInputs(device, this.#mem, batch);
    const dropout = dropoutOf(this.request.settings);
    const s = createScope({ rec: this.#rec, mem: this.#mem, seed: this.request.seed, step, dropout, matmul });
    recordPretrainingStep(this.parts, s, inputs, this.learningRate(step), slot);
    this.#rec.submit();
    this.#done = step;
  }

  /** The schedule's learning rate at a step. */
  learningRate(step: number): number {
    const { learningRate, steps } = this.request.settings;
    return learningRate * scheduleFactor(step, steps, this.#warmup);
  }

  /** Measures the held-out batches with the weights as they are now. Errors: device-lost, device-error. */
  async evaluate(): Promise<LossesRecord> {
    const { device, matmul } = this.#engine;
    const { heldOut, seed } = this.request;
    this.#rec.clear(this.parts.heldOut);
    const counts = { words: 0, next: 0 };
    for (const [index, batch] of heldOut.entries()) {
      const scope = { rec: this.#rec, mem: this.#mem, seed, step: index + 1, dropout: noDropout, matmul };
      recordHeldOut(this.parts, createScope(scope), loadPretrainingInputs(device, this.#mem, batch));
      this.#rec.submit();
      counts.words += batch.chosen.length;
      counts.next += batch.sequenceCount;
      if ((index & 3) === 3) await device.gpu.queue.onSubmittedWorkDone();
    }
    return lossesOf(this.#done, await download(device, this.parts.heldOut), counts);
  }

  /** Waits until the device has done everything that was submitted and tells of it. */
  async settle(): Promise<void> {
    await this.#ring.report(this.#done);
  }

  /** Reads every parameter back. */
  async weights(): Promise<readonly TensorData[]> {
    return await this.#read(this.parts.params.list.map(({ value }) => value));
  }

  /** Reads everything back that the run needs to go on. */
  async state(): Promise<PretrainingState> {
    await this.settle();
    return { step: this.#done, tensors: await this.#read(this.#stateTensors()) };
  }

  /** Frees the memory of the run. */
  dispose(): void {
    this.#ring.dispose();
    this.#rec.dispose();
    this.#mem.dispose();
  }

  async #read(tensors: readonly Tensor[]): Promise<readonly TensorData[]> {
    const read: TensorData[] = [];
    for (const tensor of tensors) {
      read.push({ name: tensor.label, shape: tensor.shape, data: await download(this.#engine.device, tensor) });
    }
    return read;
  }

  #stateTensors(): readonly Tensor[] {
    const moments = [...this.parts.optimizer.moments.values()].flatMap(({ first, second }) => [first, second]);
    return [...this.parts.params.list.map(({ value }) => value), ...moments];
  }

  #initialise(): void {
    const { initial, config, seed } = this.request;
    for (const { spec, value } of this.parts.params.list) {
      const values = initial.get(spec.name) ?? freshValues(spec, config.initializerRange, seed);
      uploadWhole(this.#engine.device, value, values);
    }
  }

  #restore({ tensors }: PretrainingState): void {
    const byName = new Map(tensors.map(({ name, data }) => [name, data]));
    for (const tensor of this.#stateTensors()) {
      const values = byName.get(tensor.label);
      if (values === undefined) throw new AppError("missing-tensor", `The checkpoint has no ${tensor.label}.`);
      uploadWhole(this.#engine.device, tensor, values);
    }
  }

  async #throttle(): Promise<void> {
    this.#inFlight.push(this.#engine.device.gpu.queue.onSubmittedWorkDone());
    if (this.#inFlight.length >= mostInFlight) await this.#inFlight.shift();
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

function uploadWhole(device: Device, into: Tensor, values: Float32Array): void {
  if (values.length !== sizeOf(into.shape)) {
    throw new AppError(
      "shape-mismatch",
      `${into.label} takes ${sizeOf(into.shape)} values; ${values.length} were given.`,
    );
  }
  upload(device, into, values);
}

/** LayerNorm weights 1, biases 0, the rest N(0, range²) drawn from the seed. */
function freshValues({ name, shape }: ParamSpec, range: number, seed: number): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  if (name.endsWith("LayerNorm.weight")) return values.fill(1);
  if (name.endsWith("bias")) return values;
  return values.map((_, index) => range * drawNormal(seed, `init ${name}`, 0, index));
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
  const plan = planPretraining(request, engine.matmul);
  const { device, pipelines } = engine;
  const problem = problemOfPretraining(request, plan, device.record, engine.matmul);
  if (problem !== null) throw new AppError("too-large", problem);
  await pipelines.compile(plan.kernels, (done, total) => listener.phase("Compiling kernels", done, total));
  device.gpu.pushErrorScope("out-of-memory");
  const session = new PretrainingSession(engine, request, plan, listener, state);
  const error = await device.gpu.popErrorScope();
  if (error === null) return session;
  session.dispose();
  throw new AppError(
    "too-large",
    `The run needs ${mebibytes(plan.totalBytes)} in all; the device could not give it. Use a smaller batch size, ` +
      "length or model.",
  );
}
