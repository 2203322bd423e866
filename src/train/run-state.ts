import type { Elements } from "../gpu/capture.ts";
import type { DType } from "../gpu/tensor.ts";
import type { Shape } from "../core/shape.ts";

/**
 * A run as it stands between two steps, as it is read back: with the same request, and what was told of it so far, it
 * goes on to the same bits. Random draws and batches follow from seed and step, so that they need no keeping.
 */
export interface RunState {
  /** Steps done. */
  readonly step: number;
  /** Everything on the device that later steps read; null where there was no memory for it. Errors: device-lost. */
  readonly tensors: Promise<readonly StateTensor[] | null>;
}

/** A tensor of a run's state, bit for bit. */
export interface StateTensor {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Elements;
}

/** A state to go on from. */
export interface SavedState {
  readonly step: number;
  /** One tensor at a time, as it was. Errors: missing-tensor, shape-mismatch, bad-tensors. */
  tensor(name: string, shape: Shape, dtype: DType): Promise<Elements>;
}
