import { describe, expect, it } from "vitest";
import { initialSettings, planOf, presetOf, settingsActions, settingsFor } from "../../src/store/settings.ts";
import type { SettingsSlice } from "../../src/store/settings.ts";
import { fakeCatalog } from "./fake-catalog.ts";

function slice() {
  let state: SettingsSlice = settingsFor(fakeCatalog, initialSettings);
  const actions = settingsActions({
    get: () => state,
    set: (patch) => {
      state = { ...state, ...patch };
    },
  });
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
