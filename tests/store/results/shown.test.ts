import { describe, expect, it } from "vitest";
import type { RunStatus } from "../../../src/contract/run.ts";
import type { Values } from "../../../src/contract/fields.ts";
import { shownSetting, standingAt } from "../../../src/store/results/shown.ts";

const grid = [
  { field: "share", values: [0.1, 0.3] },
  { field: "rows", values: [500, null] },
];
const run = (setting: Values, status: RunStatus = "completed") => ({ setting, status });

describe("the setting on show", () => {
  it("is that of the first run that started, axis by axis", () => {
    expect(shownSetting(grid, [], {})).toEqual({ share: 0.1, rows: 500 });
    const runs = [run({ share: 0.1, rows: 500 }, "waiting"), run({ rows: null }), run({ share: 0.3, rows: 500 })];
    expect(shownSetting(grid, runs, {})).toEqual({ share: 0.3, rows: null });
  });

  it("is what a person chose, unless the grid has no such value", () => {
    expect(shownSetting(grid, [run({ share: 0.1 })], { share: 0.3, rows: null })).toEqual({ share: 0.3, rows: null });
    expect(shownSetting(grid, [], { share: 0.7, other: 1 })).toEqual({ share: 0.1, rows: 500 });
    expect(shownSetting([], [run({})], { share: 0.3 })).toEqual({});
  });

  it("holds methods that lack an axis at each of its values", () => {
    const all = [
      run({}),
      run({ share: 0.1 }),
      run({ share: 0.3 }),
      run({ share: 0.3, rows: null }),
      run({ rows: 500 }),
    ];
    expect(standingAt(all, { share: 0.3, rows: null }).map(({ setting }) => setting)).toEqual([
      {},
      { share: 0.3 },
      { share: 0.3, rows: null },
    ]);
    expect(standingAt(all, {})).toBe(all);
  });
});
