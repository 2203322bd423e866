import type { KernelChoice } from "../contract/run.ts";
import type { Device } from "../gpu/device.ts";
import type { Pipelines } from "../gpu/pipelines.ts";
import type { Kernels } from "../nn/kernels.ts";
import type { Profiler } from "./profiler.ts";

/** The device that runs train on, with what was chosen and compiled for it. */
export interface Engine {
  readonly device: Device;
  readonly pipelines: Pipelines;
  readonly kernels: Kernels;
  /** What the kernels were chosen by; {} for the portable ones. */
  readonly choice: KernelChoice;
  /** Of the first run's first steps; null: nothing is timed. */
  readonly profiler: Profiler | null;
}

/** How a run is held or ended from outside. */
export interface Control {
  /** Resolves when the run may go on. share: of its steps that are done, 0 to 1. Errors: stopped. */
  gate(share: number): Promise<void>;
}
