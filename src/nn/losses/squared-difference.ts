import { defineKernel } from "../../gpu/kernel.ts";
import type { Comparison } from "./comparison.ts";
import wgsl from "../../../shaders/squared_difference.wgsl?raw";

/** Adds the squared difference of two passes' predictions in both directions, with its gradients. */
export const squaredDifferenceKernel = defineKernel({
  name: "squared_difference",
  wgsl,
  bindings: {
    first: "read",
    second: "read",
    other: "read",
    dfirst: "read_write",
    dsecond: "read_write",
    results: "read_write",
  },
  uniforms: { rows: "u32", slot: "u32", first_share: "f32", second_share: "f32", weight: "f32" },
});

/** D(a, b) = (a - b)², mean over the batch: predictions [B, 1]. */
export const squaredDifference: Comparison = (s, { first, second, ...rest }, { results, slot, shares, weight }) => {
  const uniforms = { rows: first.shape[0] ?? 0, slot, first_share: shares[0], second_share: shares[1], weight };
  s.rec.run(squaredDifferenceKernel, { first, second, ...rest, results }, uniforms, [1, 1, 1]);
};
