import { describe, expect, it } from "vitest";
import { planOf, settingsOfPlan } from "../../../src/store/setup/plan.ts";
import {
  initialSettings,
  initialUndo,
  presetOf,
  readSettings,
  settingsActions,
  settingsFor,
  writeSettings,
} from "../../../src/store/setup/settings.ts";
import type { SettingsSlice } from "../../../src/store/setup/settings.ts";
import { fakeCatalog } from "../fake-catalog.ts";

function slice() {
  let state: SettingsSlice = settingsFor(fakeCatalog, initialSettings);
  let undo = initialUndo;
  const actions = settingsActions(
    {
      get: () => state,
      set: (patch) => {
        state = { ...state, ...patch };
      },
    },
    {
      get: () => undo,
      set: (patch) => {
        undo = { ...undo, ...patch };
      },
    },
  );
  return { actions, get: () => state };
}

describe("settings", () => {
  it("tick the baseline and the staged methods to begin with", () => {
    const methods = Object.entries(slice().get().methods).map(([id, one]) => [id, one.included]);
    expect(methods).toEqual([["plain", true], ["one", true], ["two", true]]); // prettier-ignore
  });

  it("make a plan in the catalog's order with every value", () => {
    const { actions, get } = slice();
    actions.includeMethod("one", false);
    actions.setMethodValue("two", "frozenShare", 0.2);
    const { plan, problems } = planOf(get(), fakeCatalog);
    expect(problems).toEqual([]);
    expect(plan?.methods.map((choice) => choice.id)).toEqual(["plain", "two"]);
    expect(plan?.methods[1]?.values["frozenShare"]).toBe(0.2);
    expect(plan?.seeds).toEqual([1, 2, 3, 4, 5]);
  });

  it("name the method and the field that do not fit, but only of ticked methods", () => {
    const { actions, get } = slice();
    actions.setMethodValue("two", "frozenShare", 1);
    actions.setTrainingValue("batchSize", 0);
    expect(planOf(get(), fakeCatalog).problems).toEqual([
      "DPS Mix: Frozen share p is 1; it must be at least 0 and below 1.",
      "Batch size is 0; it must be at least 1 and at most 512.",
    ]);
    actions.includeMethod("two", false);
    expect(planOf(get(), fakeCatalog).problems).toHaveLength(1);
  });

  it("know the presets by what they do", () => {
    const { actions, get } = slice();
    expect(presetOf(get(), fakeCatalog.methods)).toBe("published");
    actions.applyPreset(fakeCatalog.methods, 0.1);
    expect(fakeCatalog.methods.map((entry) => get().methods[entry.id]?.values["dropout"])).toEqual([0.1, 0.1, 0.1]);
    expect(presetOf(get(), fakeCatalog.methods)).toBe("matched");
    actions.setMethodValue("one", "dropout", 0.3);
    expect(presetOf(get(), fakeCatalog.methods)).toBe("custom");
    actions.applyPreset(fakeCatalog.methods, null);
    expect(presetOf(get(), fakeCatalog.methods)).toBe("published");
  });
});

describe("a grid in the settings", () => {
  const varied = (...grid: SettingsSlice["grid"]) => {
    const { actions, get } = slice();
    for (const axis of grid) actions.addAxis(axis);
    return planOf(get(), fakeCatalog);
  };

  it("becomes the plan's, whatever stands between the values", () => {
    const { plan } = varied(
      { field: "frozenShare", text: "0.1, 0.3;0.5 0.7" },
      { field: "frozenWeights", text: "Held still, masked-gradient" },
      { field: "trainSample", text: "500, All" },
    );
    expect(plan?.grid).toEqual([
      { field: "frozenShare", values: [0.1, 0.3, 0.5, 0.7] },
      { field: "frozenWeights", values: ["strict", "masked-gradient"] },
      { field: "trainSample", values: [500, null] },
    ]);
  });

  it.each([
    ["frozenShare", "0.1, x", 'Frozen share p is "x"; it must be a number.'],
    ["frozenShare", "0.1, 1", "Frozen share p is 1; it must be at least 0 and below 1."],
    ["frozenShare", "0.1, 0.10", "Frozen share p has the value 0.1 twice; once is enough."],
    ["frozenShare", " , ", "Frozen share p is to be varied, but has no values yet."],
    ["frozenWeights", "strict, loose", 'Weights outside the subnetwork is "loose"; it must be one of'],
    ["batchSize", "8, 8.5", "Batch size is 8.5; it must be a whole number."],
  ])("of %s with %j says what is wrong", (field, text, wanted) => {
    const { plan, problems } = varied({ field, text });
    expect(plan).toBeNull();
    expect(problems).toEqual([expect.stringContaining(wanted)]);
  });

  it("says what to do about a setting that no ticked method has, and about too many runs", () => {
    const { actions, get } = slice();
    actions.addAxis({ field: "frozenShare", text: "0.1, 0.3, 0.5" });
    actions.setSeeds("1-100");
    expect(planOf(get(), fakeCatalog).problems).toEqual([]);
    actions.addAxis({ field: "learningRate", text: "1e-5, 2e-5" });
    expect(planOf(get(), fakeCatalog).problems).toEqual([expect.stringContaining("The plan has 1400 runs")]);
    for (const id of ["one", "two"]) actions.includeMethod(id, false);
    expect(planOf(get(), fakeCatalog).problems).toEqual([
      "Frozen share p is to be varied, but no ticked method has it: tick one that does, or take it out of the plan.",
    ]);
  });

  it("has at most three axes, each of which can be changed and taken out", () => {
    const { actions, get } = slice();
    for (const field of ["a", "b", "c", "d"]) actions.addAxis({ field, text: "1" });
    actions.setAxis(1, { field: "b", text: "1, 2" });
    actions.removeAxis(0);
    expect(get().grid).toEqual([
      { field: "b", text: "1, 2" },
      { field: "c", text: "1" },
    ]);
  });

  it("is kept over a reload, and missed by nobody in settings of earlier versions", () => {
    const { actions, get } = slice();
    actions.addAxis({ field: "frozenShare", text: "0.1, 0.3" });
    actions.setOrder("interleaved");
    actions.setPlanName("Shares");
    expect(readSettings(writeSettings(get()))).toEqual(get());
    const { grid: _, order: __, planName: ___, ...older } = get();
    expect(readSettings(JSON.stringify({ version: 1, ...older }))).toMatchObject({
      grid: [],
      order: "sequential",
      planName: "",
    });
    const grid = Array.from({ length: 4 }, () => ({ field: "a", text: "1" }));
    expect(readSettings(writeSettings({ ...get(), grid }))).toBeNull();
  });

  it("comes from a plan, and makes the same plan again", () => {
    for (const { sizes } of fakeCatalog.plans) {
      for (const wanted of [sizes.small, sizes.full]) {
        const settings = settingsOfPlan(fakeCatalog, { ...wanted, order: "interleaved" }, slice().get());
        const { plan } = planOf(settings, fakeCatalog);
        expect([plan?.seeds, plan?.grid, plan?.order]).toEqual([wanted.seeds, wanted.grid, "interleaved"]);
        expect(plan?.training["epochs"]).toBe(2);
      }
    }
    const grid = [
      { field: "frozenWeights", values: ["strict"] },
      { field: "trainSample", values: [null, 500] },
    ];
    const { methods, seeds, training } = fakeCatalog.demo.plan;
    const settings = settingsOfPlan(
      fakeCatalog,
      { methods, seeds, training, grid, order: "sequential" },
      slice().get(),
    );
    expect(settings.grid.map(({ text }) => text)).toEqual(["strict", "all, 500"]);
    expect(planOf(settings, fakeCatalog).plan?.grid).toEqual(grid);
  });
});
