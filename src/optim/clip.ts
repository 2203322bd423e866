import { sizeOf } from "../core/shape.ts";
import { defineKernel, gridOf } from "../gpu/kernel.ts";
import { sectionGrain, sectionsOf, spanOf, type Section, type Tensor } from "../gpu/tensor.ts";
import { packingOrder } from "../nn/params.ts";
import type { ParamSet } from "../nn/params.ts";
import type { Scope } from "../nn/scope.ts";
import squares from "../../shaders/square_sum.wgsl?raw";
import norm from "../../shaders/global_norm.wgsl?raw";

/** The same blocks in a table that is cut as in one that is not, so that their sums have the same bits. */
const blockElements = sectionGrain;

/** Sum of squares of one tensor, a block at a time. */
export const squareSumKernel = defineKernel({
  name: "square_sum",
  wgsl: squares,
  bindings: { x: "read", partials: "read_write" },
  uniforms: { count: "u32", offset: "u32" },
  constants: { BLOCK: blockElements },
});

/** The norm from all partial sums, and what the update goes by: the factor that clips to the largest norm. */
export const globalNormKernel = defineKernel({
  name: "global_norm",
  wgsl: norm,
  bindings: { partials: "read", results: "read_write", control: "read_write" },
  uniforms: { count: "u32", slot: "u32", max_norm: "f32" },
});

/**
 * Writes the global norm of all gradients to results[slot, 1] and returns what AdamW goes by, the temporary [4] of
 * AdamWStep: its first number is the clip scale, min(1, maxNorm / (norm + 1e-6)), which the optimiser multiplies in; the
 * gradients themselves stay as they are.
 *
 * results [slots, 8]. Source: Pascanu et al. 2013, as PyTorch's clip_grad_norm_.
 */
export function clipByGlobalNorm(
  s: Scope,
  params: ParamSet,
  maxNorm: number,
  { results, slot }: { readonly results: Tensor; readonly slot: number },
): Tensor {
  const { partials, count } = squareSums(s, params);
  const control = s.temporary("update control", [4]);
  s.rec.run(globalNormKernel, { partials, results, control }, { count, slot, max_norm: maxNorm }, [1, 1, 1]);
  s.free(partials);
  return control;
}

/** Sums of squares of all gradients by blocks, a temporary [count]. */
export function squareSums(s: Scope, params: ParamSet): { readonly partials: Tensor; readonly count: number } {
  const grads = gradientSpans(params);
  const blocks = grads.map(({ shape }) => Math.ceil(sizeOf(shape) / blockElements));
  const count = blocks.reduce((sum, block) => sum + block, 0);
  const partials = s.temporary("square sums", [count]);
  let offset = 0;
  for (const [index, grad] of grads.entries()) {
    const groups = blocks[index] ?? 0;
    s.rec.run(squareSumKernel, { x: grad, partials }, { count: sizeOf(grad.shape), offset }, gridOf(groups));
    offset += groups;
  }
  return { partials, count };
}

/** Vectors over all gradients. */
export function gradientSpans(params: ParamSet): readonly Tensor[] {
  return spans(packingOrder(params.list).flatMap(({ grad }) => sectionsOf(grad)));
}

/** Vectors over those that are neighbours in memory. */
function spans(sections: readonly Section[]): readonly Tensor[] {
  const joint: Tensor[] = [];
  for (const { tensor } of sections) {
    const last = joint.at(-1);
    const span = last === undefined ? null : spanOf(last, tensor);
    if (span === null) joint.push(tensor);
    else joint[joint.length - 1] = span;
  }
  return joint;
}
