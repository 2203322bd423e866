import { expect, test } from "vitest";
import { createArena } from "../../src/gpu/arena.ts";
import { spanOf } from "../../src/gpu/tensor.ts";

const parts = [
  { label: "a", shape: [3, 5] },
  { label: "b", shape: [64] },
  { label: "c", shape: [65] },
];

test("packed tensors lie one behind another, each at a multiple of 256 bytes", () => {
  const mem = createArena(null);
  const packed = mem.packed("weights", parts);
  expect(packed.map(({ allocation: { offset, bytes } }) => [offset, bytes])).toEqual([
    [0, 256],
    [256, 256],
    [512, 512],
  ]);
  expect(new Set(packed.map(({ allocation }) => allocation.memory)).size).toBe(1);
  expect(mem.count).toBe(1);
  expect(mem.bytes()).toEqual({ weights: 1024 });
  expect(mem.largest()).toEqual({ label: "c", bytes: 512 });
  // The label finds the same memory, and what has memory keeps it.
  expect(mem.tensor("weights", "b", [64])).toBe(packed[1]);
  expect(mem.packed("weights", parts)).toEqual(packed);
  expect(mem.count).toBe(1);
});

test("no more is packed than every device can bind", () => {
  const mem = createArena(null);
  const large = ["a", "b", "c"].map((label) => ({ label, shape: [2 ** 24] }));
  const packed = mem.packed("weights", [...large, { label: "alone", shape: [2 ** 26] }, { label: "d", shape: [4] }]);
  const memories = packed.map(({ allocation }) => allocation.memory);
  expect(memories[0]).toBe(memories[1]);
  expect(new Set(memories).size).toBe(4);
});

test("a span is one vector over neighbours, and there is none over others", () => {
  const mem = createArena(null);
  const [a, b, c] = mem.packed("weights", parts);
  const alone = mem.tensor("weights", "alone", [64]);
  if (a === undefined || b === undefined || c === undefined) throw new Error("three were packed");
  const both = spanOf(a, b);
  expect(both?.shape).toEqual([128]);
  expect(both?.allocation).toEqual({ offset: 0, bytes: 512, memory: a.allocation.memory });
  expect(both === null ? null : spanOf(both, c)?.shape).toEqual([256]);
  expect([spanOf(a, c), spanOf(b, a), spanOf(a, alone), spanOf(a, a)]).toEqual([null, null, null, null]);
});
