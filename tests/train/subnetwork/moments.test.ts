import { expect, test } from "vitest";
import { createArena } from "../../../src/gpu/arena.ts";
import { momentsOf } from "../../../src/train/subnetwork/moments.ts";

/** Selections of `count` cycles, one every `every` steps from step 3 on. */
function selections(count: number, every: number) {
  const stats = createArena(null).tensor("method", "selections", [count, 1, 8], "u32");
  return { stats, matrices: [], share: 0.7, stepOf: (cycle: number) => 3 + cycle * every };
}

test("every selection is looked at, and the last step", () => {
  expect(momentsOf({ selections: selections(3, 5) }, 17)).toEqual([
    { step: 3, cycle: 0, fresh: true },
    { step: 8, cycle: 1, fresh: true },
    { step: 13, cycle: 2, fresh: true },
    { step: 17, cycle: 2, fresh: false },
  ]);
});

test("a selection in the last step is looked at once", () => {
  expect(momentsOf({ selections: selections(2, 5) }, 8).map(({ step }) => step)).toEqual([3, 8]);
});

test("a selection of the preparation is looked at before the first step", () => {
  const prepare = { gradients: () => {}, done: () => {} };
  const moments = momentsOf({ selections: selections(1, 1), prepare }, 9);
  expect(moments.map(({ step, fresh }) => [step, fresh])).toEqual([
    [0, true],
    [9, false],
  ]);
});

test("a run without selections is looked at ten times, the last step among them; a short one after every step", () => {
  expect(momentsOf({}, 25).map(({ step }) => step)).toEqual([2, 5, 7, 10, 12, 15, 17, 20, 22, 25]);
  expect(momentsOf({}, 3).map(({ step, cycle }) => [step, cycle])).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
  ]);
});

test("of more selections than a byte can count, some are left out evenly", () => {
  const moments = momentsOf({ selections: selections(501, 2) }, 2000).filter(({ fresh }) => fresh);
  expect(moments.length).toBeLessThanOrEqual(255);
  expect(moments.slice(0, 3).map(({ cycle }) => cycle)).toEqual([2, 5, 8]);
  // What is seen after the last step is the last selection.
  expect(moments.at(-1)?.cycle).toBe(500);
});
