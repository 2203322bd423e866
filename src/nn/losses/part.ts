import { sizeOf } from "../../core/shape.ts";
import { defineKernel } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { elementGrid } from "../ops/element-grid.ts";
import type { Scope } from "../scope.ts";
import loss from "../../../shaders/part_loss.wgsl?raw";
import gradient from "../../../shaders/part_gradient.wgsl?raw";

/** Adds a part's mean loss to that of its whole batch. */
export const partLossKernel = defineKernel({
  name: "part_loss",
  wgsl: loss,
  bindings: { part: "read", results: "read_write" },
  uniforms: { slot: "u32", share: "f32", accumulate: "u32" },
});

/** Makes the gradient of a part's mean loss that of the whole batch's. */
export const partGradientKernel = defineKernel({
  name: "part_gradient",
  wgsl: gradient,
  bindings: { dlogits: "read_write" },
  uniforms: { count: "u32", share: "f32" },
});

/** results[slot, 0] = share · part[0, 0], added to what stands there for all but the first part. part, results [slots, 8]. */
export function addPart(
  s: Scope,
  part: Tensor,
  place: { readonly results: Tensor; readonly slot: number; readonly index: number; readonly share: number },
): void {
  const { results, slot, index, share } = place;
  s.rec.run(partLossKernel, { part, results }, { slot, share, accumulate: index === 0 ? 0 : 1 }, [1, 1, 1]);
}

/** dlogits ← share · dlogits; nothing where the part is all. */
export function shareGradient(s: Scope, dlogits: Tensor, share: number): void {
  if (share === 1) return;
  s.rec.run(partGradientKernel, { dlogits }, { count: sizeOf(dlogits.shape), share }, elementGrid(dlogits));
}
