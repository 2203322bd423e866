import { describe, expect, test } from "vitest";
import { axesIn, cellKey, cellsOf, sharedKey } from "../../../src/analysis/grids/cells.ts";
import { referencesOf } from "../../../src/analysis/comparison/reference.ts";
import { settingText, settingWords } from "../../../src/analysis/grids/setting-text.ts";
import type { Values } from "../../../src/contract/fields.ts";

function run(method: string, seed: number, setting: Values, values: Values = { frozenShare: 0.3 }) {
  return { method, seed, setting, values };
}

describe("cells", () => {
  const runs = [
    run("dense", 1, { frozenShare: 0.3, learningRate: 2e-5 }),
    run("vanilla", 1, { learningRate: 2e-5 }, {}),
    run("dense", 1, { frozenShare: 0.1, learningRate: 2e-5 }),
    run("dense", 2, { learningRate: 2e-5, frozenShare: 0.3 }),
    run("vanilla", 2, { learningRate: 4e-5 }, {}),
  ];
  const cells = cellsOf(runs);

  test("are methods at settings, in the order in which they first come, with their runs", () => {
    expect(cells.map((cell) => [cell.method, cell.setting, cell.runs.map(({ seed }) => seed)])).toEqual([
      ["dense", { frozenShare: 0.3, learningRate: 2e-5 }, [1, 2]],
      ["vanilla", { learningRate: 2e-5 }, [1]],
      ["dense", { frozenShare: 0.1, learningRate: 2e-5 }, [1]],
      ["vanilla", { learningRate: 4e-5 }, [2]],
    ]);
    expect(cellsOf([])).toEqual([]);
  });

  test("share the axes that are no field of a method", () => {
    expect(cells.map(({ shared }) => shared)).toEqual(
      [2e-5, 2e-5, 2e-5, 4e-5].map((learningRate) => ({ learningRate })),
    );
    const [dense, vanilla, , other] = cells.map(sharedKey);
    expect(dense).toBe(vanilla);
    expect(dense).not.toBe(other);
  });

  test("have keys that depend neither on the order of axes nor on what runs they hold, and no two the same", () => {
    const place = { method: "dense", setting: { learningRate: 2e-5, frozenShare: 0.3 } };
    expect(cellKey(place)).toBe(cells[0]?.key);
    expect(new Set(cells.map(({ key }) => key)).size).toBe(4);
    const alike = [{ a: 1 }, { a: "1" }, { a: true }, { a: null }, { b: 1 }, { "a 1": 1 }];
    expect(new Set(alike.map((setting) => cellKey({ method: "m", setting }))).size).toBe(alike.length);
    expect(cellKey({ method: "m", setting: {} })).toBe("m");
  });

  test("know their axes", () => {
    expect(axesIn(runs)).toEqual(["frozenShare", "learningRate"]);
    expect(axesIn([run("vanilla", 1, {})])).toEqual([]);
  });
});

describe("what a cell is held against", () => {
  /** The place of each cell's reference among the cells; null for none. */
  const against = (...cells: readonly [string, Values][]) => {
    const places = cells.map(([method, setting]) => ({ method, setting }));
    return referencesOf(places).map((found) => (found === null ? null : places.indexOf(found)));
  };

  test("without a grid: vanilla, or else the first method", () => {
    expect(against(["a", {}], ["vanilla", {}], ["b", {}])).toEqual([1, 1, 1]);
    expect(against(["a", {}], ["b", {}])).toEqual([0, 0]);
    expect(against()).toEqual([]);
  });

  test("vanilla stands against every value of an axis that it has not", () => {
    expect(against(["vanilla", {}], ["dense", { p: 0.1 }], ["dense", { p: 0.3 }])).toEqual([0, 0, 0]);
  });

  test("an axis of all methods must agree", () => {
    expect(
      against(
        ["vanilla", { rate: 1 }],
        ["dense", { p: 0.1, rate: 2 }],
        ["vanilla", { rate: 2 }],
        ["dense", { p: 0.1, rate: 1 }],
        ["dense", { p: 0.1, rate: 3 }],
      ),
    ).toEqual([0, 2, 2, 0, null]);
  });

  test("a reference with an axis of its own is taken at the same value of it", () => {
    expect(against(["dense", { p: 0.1 }], ["dense", { p: 0.3 }], ["mix", { p: 0.3, q: 1 }])).toEqual([0, 1, 1]);
  });

  test("none where several cells of the reference would do", () => {
    expect(against(["dense", { p: 0.1 }], ["dense", { p: 0.3 }], ["re-init", {}])).toEqual([0, 1, null]);
    expect(against(["dense", { p: 0.1 }], ["re-init", {}])).toEqual([0, 0]);
  });
});

describe("a setting in words", () => {
  const setting = { frozenShare: 0.3, learningRate: 2e-5, trainSample: null, strict: true, noise: "uniform" };

  test("as a label takes the names that it is given", () => {
    const labels: Readonly<Record<string, string>> = { frozenShare: "Frozen share" };
    expect(settingText(setting, (field) => labels[field] ?? field)).toBe(
      "Frozen share 0.3, learningRate 2e-5, trainSample default, strict on, noise uniform",
    );
    expect(settingText({}, (field) => field)).toBe("");
  });

  test("inside a sentence takes the words of the ids", () => {
    expect(settingWords(setting)).toBe(
      "trained share 0.7, learning rate 2e-5, default train sample, strict on and noise uniform",
    );
    expect(settingWords({ frozenShare: 0 })).toBe("trained share 1");
    expect(settingWords({ childShare: 0.3, mixShare: 0.7 })).toBe("trained share 0.3 and mixed share 0.7");
    expect(settingWords({})).toBe("");
  });
});
