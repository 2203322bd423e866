import { defineKernel } from "../../gpu/kernel.ts";
import type { Comparison } from "./comparison.ts";
import wgsl from "../../../shaders/symmetric_bernoulli_kl.wgsl?raw";

/** Adds the KL divergence of two passes' labels, each there or not, in both directions, with its gradients. */
export const symmetricBernoulliKlKernel = defineKernel({
  name: "symmetric_bernoulli_kl",
  wgsl,
  bindings: {
    first: "read",
    second: "read",
    other: "read",
    dfirst: "read_write",
    dsecond: "read_write",
    results: "read_write",
  },
  uniforms: { rows: "u32", cols: "u32", slot: "u32", first_share: "f32", second_share: "f32", weight: "f32" },
});

/** D(p, q) = KL of sigmoid(p) and sigmoid(q) as chances of yes and no, mean over rows and labels: logits [B, L]. */
export const symmetricBernoulliKl: Comparison = (s, { first, second, ...rest }, { results, slot, shares, weight }) => {
  const [rows = 0, cols = 0] = first.shape;
  const uniforms = { rows, cols, slot, first_share: shares[0], second_share: shares[1], weight };
  s.rec.run(symmetricBernoulliKlKernel, { first, second, ...rest, results }, uniforms, [1, 1, 1]);
};
