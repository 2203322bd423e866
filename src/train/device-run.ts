import type { MemoryRecord } from "../contract/run.ts";
import { AppError } from "../core/errors.ts";
import { sizeOf } from "../core/shape.ts";
import { createArena } from "../gpu/arena.ts";
import { download, upload } from "../gpu/readback.ts";
import { GpuRecorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { createScope } from "../nn/scope.ts";
import type { DropoutRates, Scope, ScopeParts } from "../nn/scope.ts";
import type { Control, Engine } from "./engine.ts";
import type { MemoryPlan } from "./memory-plan.ts";
import type { RunProfile } from "./profiler.ts";

const mostInFlight = 3;

/** What every run on a device has: memory, a recorder, and steps that do not run ahead of the device. */
export class DeviceRun {
  readonly engine: Engine;
  readonly plan: MemoryPlan;
  readonly mem: ReturnType<typeof createArena>;
  readonly rec: GpuRecorder;
  readonly #profile: RunProfile | null;
  readonly #layers: LayersOf;
  readonly #inFlight: Promise<undefined>[] = [];

  constructor(engine: Engine, plan: MemoryPlan, layers: LayersOf) {
    this.engine = engine;
    this.plan = plan;
    this.#layers = layers;
    this.mem = createArena(engine.device, plan.capacities);
    this.rec = new GpuRecorder(engine.device, engine.pipelines);
    this.#profile = engine.profiler?.claim() ?? null;
  }

  /** Buffers, bind groups and pipelines made so far: constant after every kind of step was recorded once. */
  get created(): { readonly buffers: number; readonly groups: number; readonly pipelines: number } {
    return { buffers: this.mem.count, groups: this.rec.groupCount, pipelines: this.engine.pipelines.count };
  }

  /** Bytes reserved so far, by purpose. */
  get allocatedBytes(): MemoryRecord {
    return this.mem.bytes();
  }

  /** The scope of a step. `recorded`: as in Scope. */
  scope(seed: number, step: number, dropout: DropoutRates, recorded: ReadonlyMap<string, Tensor> = new Map()): Scope {
    const { rec, mem, engine } = this;
    return createScope({ rec, mem, seed, step, dropout, kernels: engine.kernels, recorded, ...this.#layers });
  }

  /**
   * Steps `first` to `last`, each when it may begin; none after one for which `each` resolves with true. Errors: stopped,
   * device-lost, what `each` throws.
   */
  async steps(
    first: number,
    last: number,
    control: Control,
    each: (step: number) => Promise<boolean | void>,
  ): Promise<void> {
    for (let step = first; step <= last; step++) {
      await control.gate((step - 1) / last);
      this.engine.device.check();
      if ((await each(step)) === true) return;
    }
  }

  /** Sends what was recorded to the device, and waits where too much of it is still to be done. */
  async submit(): Promise<void> {
    this.rec.submit();
    const { device } = this.engine;
    this.#inFlight.push(device.answered(device.gpu.queue.onSubmittedWorkDone()));
    if (this.#inFlight.length >= mostInFlight) await this.#inFlight.shift();
  }

  /** Does work that records and submits, a step or (null) a batch of an evaluation: a run that is profiled times it. */
  async profiled(step: number | null, work: () => Promise<void> | void): Promise<void> {
    if (this.#profile?.wants(step) !== true) return await work();
    this.rec.timeWith(this.#profile.timer);
    try {
      await this.#profile.part(step, work);
    } finally {
      this.rec.timeWith(null);
    }
  }

  /** Fills a tensor. Errors: missing-tensor where there are no values, shape-mismatch where they do not fit. */
  fill(into: Tensor, values: Float32Array | undefined): void {
    if (values === undefined) throw new AppError("missing-tensor", `There are no values for ${into.label}.`);
    if (values.length !== sizeOf(into.shape)) {
      const found = `${into.label} takes ${sizeOf(into.shape)} values; ${values.length} were given`;
      throw new AppError("shape-mismatch", `${found}.`);
    }
    upload(this.engine.device, into, values);
  }

  /** Reads tensors back one after another. Errors: device-lost, device-error. */
  async read(tensors: readonly Tensor[]): Promise<readonly Float32Array[]> {
    const values: Float32Array[] = [];
    for (const tensor of tensors) values.push(await download(this.engine.device, tensor));
    return values;
  }

  /** Reserves memory. Errors: too-large, where the device has not so much; device-error; what `make` throws. */
  async reserve<T>(make: () => T): Promise<T> {
    const { device } = this.engine;
    device.gpu.pushErrorScope("out-of-memory");
    let made: T;
    try {
      made = make();
    } catch (thrown) {
      await device.answered(device.gpu.popErrorScope());
      throw thrown;
    }
    const error = await device.answered(device.gpu.popErrorScope());
    if (error === null) return made;
    const total = (this.plan.totalBytes / 2 ** 20).toFixed(0);
    throw new AppError(
      "too-large",
      `The device could not give the ${total} MiB that this run takes (${error.message}). Use a smaller model, batch size or longest input.`,
    );
  }

  /** Frees the memory of the run. */
  dispose(): void {
    this.rec.dispose();
    this.mem.dispose();
  }
}

/** What is said while a run is opened. */
export type PhaseListener = (text: string, done: number, total: number) => void;

/** How a run's layers compute; as in ScopeParts. */
export type LayersOf = Pick<ScopeParts, "recompute" | "real">;

/** What a run is opened by. */
export interface PlannedRun extends LayersOf {
  readonly plan: MemoryPlan;
  /** Why the device cannot hold it; null where it can. */
  readonly problem: string | null;
}

/**
 * Compiles what a planned run needs, reserves its memory and makes the session over it.
 *
 * Errors: too-large, for `problem` or where the device has not so much; device-error; what `make` throws.
 */
export async function openRun<S extends { dispose(): void }>(
  engine: Engine,
  { plan, problem, recompute = false, real = "f32" }: PlannedRun,
  phase: PhaseListener,
  make: (run: DeviceRun) => S,
): Promise<S> {
  if (problem !== null) throw new AppError("too-large", problem);
  await engine.pipelines.compile(plan.kernels, (done, total) => phase("Preparing the GPU", done, total));
  const run = new DeviceRun(engine, plan, { recompute, real });
  let whole: { dispose(): void } = run;
  try {
    return await run.reserve(() => {
      const session = make(run);
      whole = session;
      return session;
    });
  } catch (thrown) {
    whole.dispose();
    throw thrown;
  }
}
