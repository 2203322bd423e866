import { describe, expect, test } from "vitest";
import { createArena } from "../../src/gpu/arena.ts";
import { PlanRecorder } from "../../src/gpu/recorder.ts";
import { sectionsOf, spanOf, topsOf } from "../../src/gpu/tensor.ts";
import { adamwKernel } from "../../src/optim/adamw.ts";

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

describe("a table larger than what is bound", () => {
  const mostBytes = 2 ** 16;
  const table = { label: "table", shape: [1100, 32], byRows: true };
  const shapes = [table, { label: "next", shape: [40] }, { label: "large", shape: [1100, 32] }];

  test("is cut between rows, at multiples of 8,192 elements; what follows lies behind its last section", () => {
    const mem = createArena(null, new Map(), mostBytes);
    const [cut, next, large] = mem.packed("weights", shapes);
    if (cut === undefined || next === undefined || large === undefined) throw new Error("three were packed");
    const sections = sectionsOf(cut);
    expect(sections.map(({ top, tensor }) => [top, tensor.shape, tensor.allocation.bytes])).toEqual([
      [0, [512, 32], 65_536],
      [512, [512, 32], 65_536],
      [1024, [76, 32], 9728],
    ]);
    const memories = sections.map(({ tensor }) => tensor.allocation.memory);
    expect(new Set(memories).size).toBe(3);
    expect(cut.shape).toEqual(table.shape);
    const last = sections[2]?.tensor;
    expect(last === undefined ? null : spanOf(last, next)?.shape).toEqual([9728 / 4 + 64]);
    // What may not be cut stays whole, and is told of.
    expect(sectionsOf(large)).toEqual([{ tensor: large, top: 0 }]);
    expect(mem.largest()).toEqual({ label: "large", bytes: 140_800 });
    expect(mem.bytes()).toEqual({ weights: 140_800 + 256 + 140_800 });
    expect(mem.count).toBe(3);
    expect(mem.tensor("weights", "table", table.shape)).toBe(cut);
    expect(mem.packed("weights", shapes)).toEqual([cut, next, large]);
  });

  test("stays whole where it fits", () => {
    const mem = createArena(null, new Map(), 140_800);
    const [whole] = mem.packed("weights", shapes);
    expect(whole === undefined ? [] : sectionsOf(whole)).toEqual([{ tensor: whole, top: 0 }]);
    expect(mem.count).toBe(1);
  });

  test("the tables of real models within what every device binds", () => {
    expect(topsOf([30_522, 768], 2 ** 27)).toEqual([0]);
    expect(topsOf([128_100, 768], 2 ** 27)).toEqual([0, 43_680, 87_360]);
    expect(topsOf([250_002, 768], 2 ** 27)).toEqual([0, 43_680, 87_360, 131_040, 174_720, 218_400]);
    // An odd width needs whole blocks of rows, and a limit below one of them cuts nothing.
    expect(topsOf([20_000, 3], 8192 * 3 * 4)).toEqual([0, 8192, 16_384]);
    expect(topsOf([20_000, 3], 8192 * 3 * 4 - 1)).toEqual([0]);
  });

  test("a step that gives it to a kernel whole is refused where it is planned", () => {
    const mem = createArena(null, new Map(), mostBytes);
    const [cut, next] = mem.packed("weights", shapes);
    if (cut === undefined || next === undefined) throw new Error("three were packed");
    const buffers = { grad: next, control: next, value: cut, first: next, second: next };
    expect(() => new PlanRecorder().run(adamwKernel, buffers)).toThrow("table was cut, and is wanted in one buffer");
  });
});
