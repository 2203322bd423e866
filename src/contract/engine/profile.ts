/** What a kernel was part of. `method`: what a method does beside the training step itself. */
export type Phase = "forward" | "backward" | "update" | "method" | "evaluation";

/** One kernel on the device, in milliseconds of the device's clock. */
export interface KernelSpan {
  readonly kernel: string;
  readonly phase: Phase;
  readonly startMs: number;
  readonly endMs: number;
}

/** A step, or a batch of an evaluation. */
export interface ProfiledPart {
  /** null: a batch of an evaluation. */
  readonly step: number | null;
  /** When it was begun, in milliseconds of the CPU's clock. */
  readonly startMs: number;
  /** From then until all of it was recorded and sent to the device. */
  readonly recordedMs: number;
  /** From then until the device had done it. */
  readonly elapsedMs: number;
  /** Its kernels in their order; [] where the device has no timestamps. */
  readonly spans: readonly KernelSpan[];
  /** Kernels for which there was no more room. */
  readonly untimedCount: number;
}

/** Where the time of a run's first steps went. */
export interface Profile {
  /** Whether the device can time single kernels. */
  readonly timestamps: boolean;
  readonly parts: readonly ProfiledPart[];
}
