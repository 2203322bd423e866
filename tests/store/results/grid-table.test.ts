import { expect, it } from "vitest";
import type { Values } from "../../../src/contract/fields.ts";
import type { ExperimentResult } from "../../../src/contract/run.ts";
import { placeText, shownAxes } from "../../../src/analysis/grids/axes.ts";
import { gridTables } from "../../../src/store/results/grid-table.ts";
import { fakeCatalog } from "../fake-catalog.ts";
import { createFakeTrainer } from "../fake-trainer.ts";

const grid = [
  { field: "frozenShare", values: [0.1, 0.3] },
  { field: "frozenWeights", values: ["strict", "masked-gradient"] },
  { field: "learningRate", values: [1e-5, 2e-5, 5e-5] },
  { field: "batchSize", values: [16] },
];
const axes = shownAxes(fakeCatalog, grid);

async function resultOf(methods: readonly string[]): Promise<ExperimentResult> {
  const chosen = methods.map((id) => ({ id, values: {} }));
  const plan = { methods: chosen, seeds: [1, 2], training: {}, grid, order: "sequential" as const };
  return await createFakeTrainer().start(plan, () => undefined);
}

it("names the axes that have several values, and where something stands among them", () => {
  expect(axes.map(({ label }) => label)).toEqual(["Frozen share p", "Weights outside the subnetwork", "Learning rate"]);
  const setting: Values = { learningRate: 2e-5, frozenWeights: "strict", batchSize: 16 };
  expect(placeText(axes, setting)).toBe("Weights outside the subnetwork Held still, Learning rate 2e-5");
  expect(placeText(axes, {})).toBe("");
  const [unknown] = shownAxes(null, grid);
  expect([unknown?.label, unknown?.word(0.1)]).toEqual(["frozenShare", "0.1"]);
});

it("lays two axes out, and of a third only what is on show", async () => {
  const { runs } = await resultOf(["plain", "one"]);
  const at = (learningRate: number) =>
    gridTables(runs, "accuracy", axes, { frozenShare: 0.1, frozenWeights: "strict", learningRate, batchSize: 16 });
  const found = at(5e-5);
  expect(found?.tables.map(({ grid: { method } }) => method)).toEqual(["one"]);
  expect(found?.others.map(({ method }) => method)).toEqual(["plain"]);
  const cells = found?.tables[0]?.rows.flat() ?? [];
  expect(cells.map((cell) => cell?.setting)).toEqual(
    [0.1, 0.3].flatMap((frozenShare) =>
      ["strict", "masked-gradient"].map((frozenWeights) => {
        return { frozenShare, frozenWeights, learningRate: 5e-5, batchSize: 16 };
      }),
    ),
  );
  const means = cells.flatMap((cell) => cell?.mean ?? []);
  expect(found?.domain).toEqual([Math.min(...means), Math.max(...means)]);
  expect(at(2e-5)?.tables[0]?.rows[0]?.[0]?.mean).not.toBe(means[0]);
});

it("is none where no method has two axes", async () => {
  const { runs } = await resultOf(["plain"]);
  expect(gridTables(runs, "accuracy", axes, {})).toBeNull();
});

it("leaves a cell empty where nothing completed", async () => {
  const { runs } = await resultOf(["one"]);
  const some = runs.filter(({ setting }) => setting["frozenShare"] === 0.3 || setting["frozenWeights"] === "strict");
  const rows = gridTables(some, "accuracy", axes, { learningRate: 1e-5 })?.tables[0]?.rows;
  expect(rows?.map((cells) => cells.map((cell) => cell === null))).toEqual([
    [false, true],
    [false, false],
  ]);
});
