import { sizeOf } from "../../core/shape.ts";
import { AppError } from "../../core/errors.ts";
import { defineKernel } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Scope } from "../scope.ts";
import { elementGrid } from "./element-grid.ts";
import half from "../../../shaders/lib/real_f16.wgsl?raw";
import narrow from "../../../shaders/narrow.wgsl?raw";
import widen from "../../../shaders/widen.wgsl?raw";

const ends = { bindings: { x: "read", y: "read_write" }, uniforms: { count: "u32" } } as const;

/** f32 to f16: to the nearest, and to an infinity what is beyond. */
export const narrowKernel = defineKernel({ name: "narrow", wgsl: half + narrow, ...ends });

/** f16 to f32. */
export const widenKernel = defineKernel({ name: "widen", wgsl: half + widen, ...ends });

/** y = x in the type of y, which is the other one: f32, or f16. Errors: bug, for others. */
export function convert(s: Scope, x: Tensor, y: Tensor): void {
  const types = `${x.dtype} ${y.dtype}`;
  if (types !== "f32 f16" && types !== "f16 f32") throw new AppError("bug", `${x.label} cannot go from ${types}.`);
  const kernel = types === "f32 f16" ? narrowKernel : widenKernel;
  s.rec.run(kernel, { x, y }, { count: sizeOf(x.shape) }, elementGrid(x));
}

/** x [any shape] in the type that the scope's layers have: itself, or what is kept under the label. */
export function inLayers(s: Scope, label: string, x: Tensor): Tensor {
  if (x.dtype === s.real) return x;
  const inner = s.saved(label, x.shape, s.real);
  convert(s, x, inner);
  return inner;
}

/** x in f32: itself, or what is kept under the label. */
export function outOfLayers(s: Scope, label: string, x: Tensor): Tensor {
  if (x.dtype === "f32") return x;
  const outer = s.saved(label, x.shape);
  convert(s, x, outer);
  return outer;
}

/** Gives `each` a gradient, f32, in the type that the scope's layers have; what it leaves there is the gradient then. */
export function throughLayers(s: Scope, label: string, gradient: Tensor, each: (inner: Tensor) => void): void {
  if (s.real === "f32") {
    each(gradient);
    return;
  }
  const inner = s.temporary(label, gradient.shape, s.real);
  convert(s, gradient, inner);
  each(inner);
  convert(s, inner, gradient);
  s.free(inner);
}
