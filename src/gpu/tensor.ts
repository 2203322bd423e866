import { roundUp, sizeOf } from "../core/shape.ts";
import type { Shape } from "../core/shape.ts";

/** Of each type. */
export const bytesPerElement = { f32: 4, f16: 2, u32: 4 } as const;

/** The type of an element. */
export type DType = keyof typeof bytesPerElement;

/** A type of numbers: f16 where half the memory is worth their digits. */
export type Real = Exclude<DType, "u32">;

/**
 * A piece of device memory under a label. `shape` is what it holds now and may be smaller than what was reserved.
 * Only src/gpu looks at `allocation`.
 */
export interface Tensor {
  readonly label: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly allocation: Allocation;
  /** Where one buffer cannot hold it: all its rows, some in each. Kernels then go over these; `allocation` only counts. */
  readonly sections?: readonly Section[];
}

/** Whole rows of a table [rows, columns], in one buffer. */
export interface Section {
  readonly tensor: Tensor;
  /** The table's row with which they begin. */
  readonly top: number;
}

/** Those of a table that was cut; all of any other tensor. */
export function sectionsOf(tensor: Tensor): readonly Section[] {
  return tensor.sections ?? [{ tensor, top: 0 }];
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

/** Elements of which a section but the last holds a multiple: what goes over a table by such blocks meets the same ones. */
export const sectionGrain = 2 ** 13;

/** Rows with which the sections of a table begin, each of at most so many bytes; one where it fits, or cannot be cut. */
export function topsOf(shape: Shape, mostBytes: number): readonly number[] {
  const [rows = 0, cols = 0] = shape;
  if (shape.length !== 2 || bytesOf(shape, "f32") <= mostBytes) return [0];
  let step = sectionGrain;
  while (step % 2 === 0 && ((step / 2) * cols) % sectionGrain === 0) step /= 2;
  const each = Math.floor(mostBytes / (cols * bytesPerElement.f32) / step) * step;
  return each === 0 ? [0] : Array.from({ length: Math.ceil(rows / each) }, (_, index) => index * each);
}

/** Bytes reserved for a shape: whole 16-byte vectors, so that kernels may read and write in fours. */
export function bytesOf(shape: Shape, dtype: DType): number {
  return roundUp(Math.max(sizeOf(shape), 1) * bytesPerElement[dtype], 16);
}
