import { describe, expect, it } from "vitest";
import {
  axisChoices,
  fieldsOfAxis,
  problemsWithGrid,
  runCountOf,
  settingsOf,
  valueWord,
} from "../../src/contract/grid.ts";
import type { GridAxis } from "../../src/contract/run.ts";
import { fakeCatalog } from "../store/fake-catalog.ts";

const share: GridAxis = { field: "frozenShare", values: [0.1, 0.3, 0.5] };
const rate: GridAxis = { field: "learningRate", values: [1e-5, 2e-5] };

function planOf(methods: readonly string[], grid: readonly GridAxis[], seedCount = 2) {
  const seeds = Array.from({ length: seedCount }, (_, index) => index + 1);
  return { methods: methods.map((id) => ({ id, values: {} })), seeds, grid };
}

describe("what can be varied", () => {
  it("is shared by all, or a setting of one of the methods, once", () => {
    const ids = (methods: readonly string[]) => axisChoices(fakeCatalog, methods).map(({ id }) => id);
    expect(ids(["plain"])).toEqual(["batchSize", "learningRate", "trainSample", "dropout"]);
    expect(ids(["one", "two"])).toEqual([...ids(["plain"]), "frozenShare", "updateRatio", "frozenWeights"]);
    expect(fieldsOfAxis(fakeCatalog, ["plain", "one", "two"], "frozenShare")).toHaveLength(2);
    expect(fieldsOfAxis(fakeCatalog, ["plain"], "frozenShare")).toEqual([]);
  });
});

describe("runs of a plan", () => {
  it("are counted once for a method that lacks the axis", () => {
    const count = (methods: readonly string[], grid: readonly GridAxis[]) =>
      runCountOf(fakeCatalog, planOf(methods, grid));
    expect(count(["plain", "one"], [])).toBe(4);
    expect(count(["plain", "one", "two"], [share])).toBe(2 * (1 + 3 + 3));
    expect(count(["plain", "one"], [share, rate])).toBe(2 * (2 + 6));
  });
});

it("runs a method at every combination of the axes that it has", () => {
  const at = (method: string) => settingsOf(fakeCatalog, method, [share, rate]);
  expect(at("plain")).toEqual([{ learningRate: 1e-5 }, { learningRate: 2e-5 }]);
  expect(at("one")).toHaveLength(6);
  expect(at("one")[1]).toEqual({ frozenShare: 0.1, learningRate: 2e-5 });
  expect(settingsOf(fakeCatalog, "plain", [share])).toEqual([{}]);
});

describe("problems with a grid", () => {
  const problems = (grid: readonly GridAxis[], methods = ["plain", "one", "two"], seedCount = 2) =>
    problemsWithGrid(fakeCatalog, planOf(methods, grid, seedCount));

  it("are none where there are none", () => {
    expect(problems([])).toEqual([]);
    expect(problems([share, rate, { field: "trainSample", values: [500, null] }])).toEqual([]);
  });

  it.each([
    ["none has it", [{ field: "magic", values: [1] }], /"magic" is a setting of none .* known are batchSize, /],
    ["no values", [{ field: "frozenShare", values: [] }], /Frozen share p is to be varied, but has no values/],
    ["outside the range", [{ field: "frozenShare", values: [0.1, 1] }], /Frozen share p is 1; .* below 1/],
    ["null where that says nothing", [{ field: "batchSize", values: [null] }], /Batch size is null/],
    ["a word in place of a number", [{ field: "batchSize", values: ["8"] }], /Batch size is "8"/],
    ["a word that is none", [{ field: "frozenWeights", values: ["strict", "x"] }], /outside the subnetwork is "x"/],
    ["a value twice", [{ field: "frozenShare", values: [0.1, 0.3, 0.1] }], /the value 0\.1 twice/],
    ["an axis twice", [share, rate, share], /Frozen share p is varied twice/],
    ["four axes", [share, rate, { field: "batchSize", values: [8] }, { field: "dropout", values: [0] }], /At most 3/],
  ] as const)("%s", (_, grid, wanted) => {
    const found = problems(grid);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(wanted);
  });

  it("name a setting that only methods outside the plan have", () => {
    expect(problems([share], ["plain"])[0]).toMatch(/"frozenShare" is a setting of none of the methods/);
  });

  it("say how many runs are too many", () => {
    const values = Array.from({ length: 10 }, (_, index) => index / 20);
    expect(problems([{ field: "frozenShare", values }], ["one"], 100)).toEqual([]);
    expect(problems([{ field: "frozenShare", values }], ["plain", "one"], 100)).toEqual([
      "The plan has 1100 runs; at most 1000 fit in one experiment. At a minute each they would take a day. Take values, methods or seeds away.",
    ]);
  });
});

it("says a value in words", () => {
  const field = (id: string) => axisChoices(fakeCatalog, ["one"]).find((one) => one.id === id);
  const words = [["frozenWeights", "strict"], ["trainSample", null], ["trainSample", 500]] as const; // prettier-ignore
  const said = words.map(([id, value]) => {
    const one = field(id);
    return one === undefined ? "" : valueWord(one, value);
  });
  expect(said).toEqual(["Held still", "all", "500"]);
  expect(valueWord({ id: "x", kind: "switch", label: "X", help: "", default: true }, true)).toBe("on");
});
