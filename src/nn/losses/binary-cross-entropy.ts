import { defineKernel } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Loss } from "./loss.ts";
import wgsl from "../../../shaders/binary_cross_entropy.wgsl?raw";

/** Binary cross-entropy of every label and its gradient by the logits, in one pass. */
export const binaryCrossEntropyKernel = defineKernel({
  name: "binary_cross_entropy",
  wgsl,
  bindings: { logits: "read", labels: "read", pos_weights: "read", dlogits: "read_write", results: "read_write" },
  uniforms: { rows: "u32", cols: "u32", slot: "u32", accumulate: "u32" },
});

/**
 * Binary cross-entropy of sigmoid(logits) against labels that are there (1) or not (0), mean over rows and labels: logits,
 * labels [B, L]. posWeights [L]: how much a label that is there counts, 1 for as much as one that is not.
 */
export function binaryCrossEntropy(posWeights: Tensor): Loss {
  return (s, logits, labels, { results, slot, sum = false }) => {
    const [rows = 0, cols = 0] = logits.shape;
    const dlogits = s.temporary("dlogits", logits.shape);
    const buffers = { logits, labels, pos_weights: posWeights, dlogits, results };
    s.rec.run(binaryCrossEntropyKernel, buffers, { rows, cols, slot, accumulate: sum ? 1 : 0 }, [1, 1, 1]);
    return { dlogits };
  };
}
