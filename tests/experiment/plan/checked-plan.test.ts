import { describe, expect, test } from "vitest";
import type { ExperimentPlan } from "../../../src/contract/run.ts";
import { sharedAxes } from "../../../src/experiment/plan/grid.ts";
import { checkPlanSettings, extendedPlan } from "../../../src/experiment/plan/checked-plan.ts";
import { methods } from "../../../src/methods/index.ts";

const choice = (id: string, values: Readonly<Record<string, number>> = {}) => ({ id, values });

function planWith(changes: Partial<ExperimentPlan>): ExperimentPlan {
  const chosen = [choice("vanilla"), choice("dps-dense")];
  return { methods: chosen, seeds: [1, 2], training: {}, grid: [], order: "sequential", ...changes };
}

const idsOf = (plan: ExperimentPlan): readonly string[] => checkPlanSettings(plan).runs.map(({ id }) => id);

describe("the runs of a plan", () => {
  test("without a grid are methods x seeds, seeds outermost", () => {
    expect(idsOf(planWith({}))).toEqual(["vanilla-seed1", "dps-dense-seed1", "vanilla-seed2", "dps-dense-seed2"]);
  });

  test("an axis of one method leaves the others as they are, and changes that method's values", () => {
    const { runs } = checkPlanSettings(planWith({ seeds: [1], grid: [{ field: "frozenShare", values: [0.1, 0.5] }] }));
    expect(runs.map(({ id, setting, values }) => [id, setting, values["frozenShare"]])).toEqual([
      ["vanilla-seed1", {}, undefined],
      ["dps-dense-frozenShare=0.1-seed1", { frozenShare: 0.1 }, 0.1],
      ["dps-dense-frozenShare=0.5-seed1", { frozenShare: 0.5 }, 0.5],
    ]);
  });

  test("an axis of all methods changes the recipe of every one, outside the methods and their own axes", () => {
    const grid = [
      { field: "frozenShare", values: [0.1, 0.5] },
      { field: "batchSize", values: [8, 32] },
    ];
    const { runs } = checkPlanSettings(planWith({ seeds: [7], grid }));
    expect(runs.map(({ id }) => id)).toEqual([
      "vanilla-batchSize=8-seed7",
      "dps-dense-frozenShare=0.1-batchSize=8-seed7",
      "dps-dense-frozenShare=0.5-batchSize=8-seed7",
      "vanilla-batchSize=32-seed7",
      "dps-dense-frozenShare=0.1-batchSize=32-seed7",
      "dps-dense-frozenShare=0.5-batchSize=32-seed7",
    ]);
    expect(runs.map(({ settings }) => settings.batchSize)).toEqual([8, 8, 8, 32, 32, 32]);
    expect(runs[4]?.setting).toEqual({ frozenShare: 0.1, batchSize: 32 });
  });

  test("a sample of the rows is no setting of the recipe", () => {
    const { runs } = checkPlanSettings(planWith({ seeds: [1], grid: [{ field: "trainSample", values: [500, null] }] }));
    expect(runs.map(({ trainSample, setting }) => [trainSample, setting])).toEqual([
      [500, { trainSample: 500 }],
      [500, { trainSample: 500 }],
      [null, { trainSample: null }],
      [null, { trainSample: null }],
    ]);
  });

  test("a learning rate that nobody chose is the model's, in the plan as well, and one that was chosen stays", () => {
    const { plan, settings } = checkPlanSettings(planWith({}), 3e-4);
    expect([plan.training["learningRate"], settings.learningRate]).toEqual([3e-4, 3e-4]);
    expect(checkPlanSettings(planWith({ training: { learningRate: 0 } }), 3e-4).settings.learningRate).toBe(0);
    const { runs } = checkPlanSettings(
      planWith({ methods: [choice("vanilla")], seeds: [1], grid: [{ field: "learningRate", values: [null, 1e-4] }] }),
      3e-4,
    );
    expect(runs.map((run) => run.settings.learningRate)).toEqual([3e-4, 1e-4]);
  });

  test("no field of a method has the name of an axis of all methods", () => {
    const shared = sharedAxes.map(({ id }) => id);
    expect(methods.flatMap(({ fields }) => fields).filter(({ id }) => shared.includes(id))).toEqual([]);
    expect(shared.length).toBeGreaterThan(5);
  });
});

describe("a grid that cannot be run is refused:", () => {
  test.each<[string, ExperimentPlan["grid"], RegExp]>([
    ["an axis of a method that is not in the plan", [{ field: "topLayers", values: [1] }], /"topLayers" is a setting of none of the methods/], // prettier-ignore
    ["what changes the dev rows", [{ field: "devLimit", values: [10] }], /"devLimit" is a setting of none/],
    [
      "a value outside its field",
      [{ field: "frozenShare", values: [0.1, 1] }],
      /Trained share is 0 \(frozenShare 1\); it must be/,
    ],
  ])("%s", (_, grid, message) => {
    const check = (): unknown => checkPlanSettings(planWith({ grid }));
    expect(check).toThrow(message);
    expect(check).toThrow(expect.objectContaining({ code: "bad-settings" }));
  });

  test("more runs than fit, saying how long they would take, without making them first", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    const grid = ["steps", "batchSize", "epochs"].map((field) => ({ field, values: hundred }));
    const begun = performance.now();
    expect(() => checkPlanSettings(planWith({ seeds: hundred, grid }))).toThrow(
      /The plan has 200000000 runs; at most 1000 .* At a minute each they would take 138889 days/,
    );
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

describe("extending a plan", () => {
  const { plan } = checkPlanSettings(planWith({}));

  test("adds the methods and seeds that it lacks, and keeps what it has", () => {
    const grown = extendedPlan(plan, { methods: [choice("vanilla"), choice("mixout")], seeds: [2, 3] });
    expect(grown.methods.map(({ id }) => id)).toEqual(["vanilla", "dps-dense", "mixout"]);
    expect(grown.seeds).toEqual([1, 2, 3]);
    expect(idsOf(grown).filter((id) => !idsOf(plan).includes(id))).toEqual([
      "mixout-seed1",
      "mixout-seed2",
      "vanilla-seed3",
      "dps-dense-seed3",
      "mixout-seed3",
    ]);
  });

  test("refuses a method that is there with other settings, and nothing new", () => {
    const other = { methods: [choice("dps-dense", { frozenShare: 0.5 })], seeds: [] };
    expect(() => extendedPlan(plan, other)).toThrow(/DPS Dense runs in this experiment with other settings/);
    expect(() => extendedPlan(plan, { methods: [choice("vanilla")], seeds: [1] })).toThrow(/in the experiment already/);
    expect(() => extendedPlan(plan, { methods: [choice("mixin")], seeds: [] })).toThrow(/no method "mixin"/);
  });
});
