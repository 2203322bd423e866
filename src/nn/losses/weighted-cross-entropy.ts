import { defineKernel } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Loss } from "./loss.ts";
import wgsl from "../../../shaders/weighted_cross_entropy.wgsl?raw";

/** Cross-entropy with a weight a class and its gradient by the logits, in one pass. */
export const weightedCrossEntropyKernel = defineKernel({
  name: "weighted_cross_entropy",
  wgsl,
  bindings: { logits: "read", labels: "read", weights: "read", dlogits: "read_write", results: "read_write" },
  uniforms: { rows: "u32", cols: "u32", slot: "u32" },
});

/**
 * Cross-entropy of which every row counts as much as its class weighs, as the weighted mean over the batch: logits [B, L],
 * labels [B] as numbers, weights [L]. For training alone: an evaluation's sum is that of crossEntropy.
 */
export function weightedCrossEntropy(weights: Tensor): Loss {
  return (s, logits, labels, { results, slot }) => {
    const [rows = 0, cols = 0] = logits.shape;
    const dlogits = s.temporary("dlogits", logits.shape);
    const buffers = { logits, labels, weights, dlogits, results };
    s.rec.run(weightedCrossEntropyKernel, buffers, { rows, cols, slot }, [1, 1, 1]);
    return { dlogits };
  };
}
