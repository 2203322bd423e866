import { drawNormal, drawUniform } from "../../src/core/rng.ts";
import type { Shape } from "../../src/core/shape.ts";
import { sizeOf } from "../../src/core/shape.ts";
import type { Param } from "../../src/nn/params.ts";
import type { Bench } from "../gpu/device.ts";
import { guarded } from "../gpu/guarded.ts";
import type { Guarded } from "../gpu/guarded.ts";

/** Normal draws that f32 holds exactly, so that device and reference see the same numbers. */
export function normals(label: string, count: number, scale = 1): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => Math.fround(scale * drawNormal(7, label, 0, index)));
}

/** The dropout mask the device should draw: 1 or 0 an element. */
export function maskOf(label: string, count: number, rate: number, seed = 1, step = 1): Float64Array {
  const keep = Math.fround(1 - rate);
  return Float64Array.from({ length: count }, (_, index) => (drawUniform(seed, label, step, index) < keep ? 1 : 0));
}

/** A parameter with the given values and a guarded gradient. */
export function paramOf(
  b: Bench,
  name: string,
  shape: Shape,
  values: ArrayLike<number>,
): { readonly param: Param; readonly grad: Guarded } {
  if (values.length !== sizeOf(shape)) throw new RangeError(`${values.length} values for ${name}`);
  const grad = guarded(b, `grad ${name}`, shape, "gradients");
  const spec = {
    name,
    shape,
    group: "encoder",
    depth: 1,
    decay: true,
    selectable: false,
    part: null,
    init: "normal",
    trained: true,
  } as const;
  return { param: { spec, value: b.tensor(name, shape, values, "weights"), grad: grad.tensor }, grad };
}

/** Sum of a · b: a scalar whose gradient by b is a. */
export function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? Number.NaN), 0);
}
