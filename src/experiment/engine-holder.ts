import type { KernelChoice } from "../contract/run.ts";
import { AppError, messageOf } from "../core/errors.ts";
import { inWords, openDevice } from "../gpu/device.ts";
import type { Device } from "../gpu/device.ts";
import { Pipelines } from "../gpu/pipelines.ts";
import { portableKernels } from "../nn/tuning/choice.ts";
import type { Engine } from "../train/engine.ts";
import { withChoice } from "./kernels/kernel-tuning.ts";

/** How long is waited before each try to open a lost device again; there are no more tries within `windowMs`. */
const waitsMs = [250, 2000, 8000];
const windowMs = 600_000;
/** A try that took so long was not refused: the adapter hangs, and would hang again. */
const hangsMs = 9000;

/** Whether a person wants no more of what waits for a device. */
type Stopping = { readonly stopped: boolean };
/** Told of every try. */
type Tell = (text: string, done: number, total: number) => void;

/** The device with its compiled kernels: opened at first use, and anew after it was lost. */
export class EngineHolder {
  readonly #gpu: GPU | undefined;
  #engine: Promise<Engine> | null = null;
  /** When a lost device was opened again, or tried to be. */
  #tries: number[] = [];

  constructor(gpu: GPU | undefined) {
    this.#gpu = gpu;
  }

  /** Errors: no-webgpu. */
  async get(): Promise<Engine> {
    const opening = (this.#engine ??= this.#open());
    try {
      return await opening;
    } catch (error) {
      if (this.#engine === opening) this.#engine = null;
      throw error;
    }
  }

  /** Puts an engine with other kernels in the place of the one before. */
  replace(engine: Engine): void {
    this.#engine = Promise.resolve(engine);
  }

  /** Lets go of the device, if there is one. */
  async close(): Promise<void> {
    const engine = await this.#engine?.catch(() => null);
    engine?.device.destroy();
  }

  /** What was thrown while it worked, in words. */
  async explain(thrown: unknown): Promise<AppError> {
    const engine = await this.#engine?.catch(() => null);
    return (await engine?.device.explain(thrown)) ?? inWords(thrown);
  }

  /**
   * After a loss: a fresh device with the same kernels, so that what was computed before goes on to the same bits. Tried
   * three times within ten minutes, each after a longer wait.
   *
   * Errors: device-lost, with what to do, where there is none to be had or it is lost again and again; stopped.
   */
  async reopen(choice: KernelChoice, control: Stopping, tell: Tell = () => {}): Promise<Engine> {
    let refusal: AppError | null = null;
    for (;;) {
      const beganMs = performance.now();
      this.#tries = this.#tries.filter((at) => beganMs - at < windowMs);
      const waitMs = waitsMs[this.#tries.length];
      if (waitMs === undefined) throw refusal ?? lostAgain();
      this.#tries.push(beganMs);
      tell("The GPU was lost; opening it again", this.#tries.length, waitsMs.length);
      await pause(waitMs, control);
      const askedMs = performance.now();
      try {
        const engine = withChoice(await this.get(), choice);
        this.replace(engine);
        return engine;
      } catch (error) {
        refusal = refused(error);
        if (performance.now() - askedMs > hangsMs) throw refusal;
      }
    }
  }

  /** Does work on the device, from its beginning again where the device is lost. Errors: those of work and reopen(). */
  async surviving<T>(control: Stopping, work: () => Promise<T>, tell?: Tell): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (thrown) {
        const error = await this.explain(thrown);
        if (error.code !== "device-lost" || control.stopped) throw error;
      }
      await this.reopen({}, control, tell);
    }
  }

  async #open(): Promise<Engine> {
    const device = await openDevice(this.#gpu);
    void this.#forgetWhenLost(device);
    return { device, pipelines: new Pipelines(device), kernels: portableKernels, choice: {}, profiler: null };
  }

  async #forgetWhenLost(device: Device): Promise<void> {
    await device.lost;
    this.#engine = null;
  }
}

const pauseMs = 100;

/** Errors: stopped. */
async function pause(ms: number, control: Stopping): Promise<void> {
  for (let left = ms; left > 0; left -= pauseMs) {
    if (control.stopped) throw new AppError("stopped", "The experiment was stopped.");
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, pauseMs)));
  }
}

function refused(cause: unknown): AppError {
  return new AppError(
    "device-lost",
    `The GPU was lost, and there is no new one to be had: ${messageOf(cause)} Restart the whole browser, not only this page, ` +
      "and start again; runs that have completed stay.",
    { cause },
  );
}

function lostAgain(): AppError {
  return new AppError(
    "device-lost",
    `The GPU was lost again and again, ${waitsMs.length + 1} times within ten minutes. Close what else uses it, update its ` +
      "driver, or take a smaller model or batch; then start again. Runs that have completed stay.",
  );
}
