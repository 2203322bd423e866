import { expect, test } from "vitest";
import { describeKernels } from "../../../src/cli/report/describe.ts";
import type { KernelsRecord, TriedKernel } from "../../../src/contract/engine/kernels.ts";

const record: KernelsRecord = { from: "timed", choice: {}, tried: [], elapsedMs: 1873, note: null };

function wrong(shape: string): TriedKernel {
  const untimed = { ms: null, compileMs: null, rate: null, unit: "FLOP", chosen: false };
  const reason = "out: element 3 is 1.5 and should be 1.2500000";
  return { question: shape, op: "y = x Wᵀ", shape, variant: "subgroup8x4", ...untimed, reason };
}

test("one line says where the kernels come from", () => {
  expect(describeKernels(record)).toEqual(["Kernels chosen in 1.9 s"]);
  expect(describeKernels({ ...record, from: "kept" })).toEqual(["Kernels kept from an earlier run"]);
  expect(describeKernels({ ...record, from: "given" })).toEqual(["Kernels as given"]);
  expect(describeKernels({ ...record, from: "portable" })).toEqual(["Kernels portable"]);
});

test("a kernel that computes wrongly is named once, whatever the shapes", () => {
  const late = { ...wrong("c"), variant: "block8x8", reason: "not tried: the time was up" };
  expect(describeKernels({ ...record, tried: [wrong("a"), wrong("b"), late] }).slice(1)).toEqual([
    "Note    The kernel subgroup8x4 computes y = x Wᵀ wrongly here and is left out: element 3 is 1.5 and should be 1.2500000",
  ]);
});
