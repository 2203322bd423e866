import { expect, test } from "vitest";
import { proposalText } from "../../src/analysis/memory-proposals.ts";

test("a proposal is told by what it changes", () => {
  const text = (training: object): string => proposalText({ training: { ...training }, totalBytes: 1 });
  expect(text({ recompute: "layers" })).toBe("layers recomputed");
  expect(text({ precision: "mixed", recompute: "layers" })).toBe("mixed precision, layers recomputed");
  expect(text({ batchSize: 4, accumulate: 8 })).toBe("8 × 4 rows a step");
  expect(text({ recompute: "layers", batchSize: 4, accumulate: 4 })).toBe("layers recomputed, 4 × 4 rows a step");
});
