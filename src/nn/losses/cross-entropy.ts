import { defineKernel } from "../../gpu/kernel.ts";
import type { Loss } from "./loss.ts";
import wgsl from "../../../shaders/cross_entropy.wgsl?raw";

/** Cross-entropy and its gradient by the logits, in one pass. */
export const crossEntropyKernel = defineKernel({
  name: "cross_entropy",
  wgsl,
  bindings: { logits: "read", labels: "read", dlogits: "read_write", results: "read_write" },
  uniforms: { rows: "u32", cols: "u32", slot: "u32", accumulate: "u32" },
});

/** Cross-entropy of softmax(logits) against class indices: logits [B, L], labels [B] as numbers, L from 2. */
export const crossEntropy: Loss = (s, logits, labels, { results, slot, sum = false }) => {
  const [rows = 0, cols = 0] = logits.shape;
  const dlogits = s.temporary("dlogits", logits.shape);
  const uniforms = { rows, cols, slot, accumulate: sum ? 1 : 0 };
  s.rec.run(crossEntropyKernel, { logits, labels, dlogits, results }, uniforms, [1, 1, 1]);
  return { dlogits };
};
