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

/** The memory behind tensors of one label: a part of a buffer, which may hold others. */
export interface Allocation {
  /** Where it begins in the buffer. */
  readonly offset: number;
  readonly bytes: number;
  readonly memory: Memory;
}

/** A buffer; null while a step is only planned. */
export interface Memory {
  readonly buffer: GPUBuffer | null;
}

/** Where a part of a buffer may begin: a multiple of so many bytes. */
const partAlignment = 256;

/** Bytes that a tensor takes among others in one buffer. */
export function packedBytesOf(shape: Shape, dtype: DType): number {
  return roundUp(bytesOf(shape, dtype), partAlignment);
}

/**
 * One vector over two tensors of which the second begins where the first one's memory ends; null for others. The gap
 * behind a packed tensor is zeros, as long as nobody writes behind its end.
 */
export function spanOf(left: Tensor, right: Tensor): Tensor | null {
  const [from, to] = [left.allocation, right.allocation];
  if (from.memory !== to.memory || from.offset + from.bytes !== to.offset) return null;
  const bytes = from.bytes + to.bytes;
  const allocation = { offset: from.offset, bytes, memory: from.memory };
  return { label: `${left.label}, ${right.label}`, shape: [bytes / 4], dtype: left.dtype, allocation };
}

/** Bytes reserved for a shape: whole 16-byte vectors, so that kernels may read and write in fours. */
export function bytesOf(shape: Shape, dtype: DType): number {
  return roundUp(Math.max(sizeOf(shape), 1) * bytesPerElement[dtype], 16);
}
