import { defineKernel } from "../../gpu/kernel.ts";
import type { Loss } from "./loss.ts";
import wgsl from "../../../shaders/mean_squared_error.wgsl?raw";

/** Mean squared error and its gradient by the predictions, in one pass. */
export const meanSquaredErrorKernel = defineKernel({
  name: "mean_squared_error",
  wgsl,
  bindings: { predictions: "read", targets: "read", dpredictions: "read_write", results: "read_write" },
  uniforms: { rows: "u32", slot: "u32", accumulate: "u32" },
});

/** Mean squared error of a regression: predictions [B, 1], targets [B]. */
export const meanSquaredError: Loss = (s, predictions, targets, { results, slot, sum = false }) => {
  const rows = predictions.shape[0] ?? 0;
  const dpredictions = s.temporary("dlogits", predictions.shape);
  const buffers = { predictions, targets, dpredictions, results };
  s.rec.run(meanSquaredErrorKernel, buffers, { rows, slot, accumulate: sum ? 1 : 0 }, [1, 1, 1]);
  return { dlogits: dpredictions };
};
