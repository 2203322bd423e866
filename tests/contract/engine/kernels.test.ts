import { describe, expect, test } from "vitest";
import { readKeptKernels, type KeptKernels } from "../../../src/contract/engine/kernels.ts";

const choice = { "matmul nt 256x256": "block32x4", "attention 4x64": "blocks" };
const row = { question: "attention 4x64", op: "attention", shape: "4×64", variant: "blocks", reason: null };
const kept: KeptKernels = { choice, tried: [{ ...row, ms: 0.5, compileMs: 30, rate: 12, unit: "FLOP", chosen: true }] };

describe("what is kept", () => {
  test("is read as it was written", () => {
    expect(readKeptKernels(JSON.stringify(kept))).toEqual(kept);
  });

  test.each([
    ["cut short", JSON.stringify(kept).slice(0, 40)],
    ["of another kind", "[]"],
    ["a choice of numbers", '{"choice":{"attention 4x64":1},"tried":[]}'],
    ["a row that lacks something", '{"choice":{},"tried":[{"variant":"blocks"}]}'],
    ["empty", ""],
  ])("counts as none where it is %s", (_, text) => {
    expect(readKeptKernels(text)).toBeNull();
  });
});
