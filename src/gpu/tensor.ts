import { roundUp, sizeOf } from "../core/shape.ts";
import type { Shape } from "../core/shape.ts";

const bytesPerElement = { f32: 4, u32: 4 } as const;

/** The type of an element. */
export type DType = keyof typeof bytesPerElement;

/**
 * A piece of device memory under a label. `shape` is what it holds now and may be smaller than what was reserved.
 * Only src/gpu looks at `allocation`.
 */
export interface Tensor {
  readonly label: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly allocation: Allocation;
}

/** The memory behind tensors of one label; `buffer` is null while a step is only planned. */
export interface Allocation {
  readonly bytes: number;
  readonly buffer: GPUBuffer | null;
}

/** Bytes reserved for a shape: whole 16-byte vectors, so that kernels may read and write in fours. */
export function bytesOf(shape: Shape, dtype: DType): number {
  return roundUp(Math.max(sizeOf(shape), 1) * bytesPerElement[dtype], 16);
}
