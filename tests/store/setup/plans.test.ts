import { describe, expect, it } from "vitest";
import { planOf } from "../../../src/store/setup/plan.ts";
import { undoable } from "../../../src/store/state.ts";
import { planTimeMs } from "../../../src/store/setup/plan-time.ts";
import { mostPlans, plansKey, readKept } from "../../../src/store/setup/plans.ts";
import { bench, memory, notices, ready } from "../bench.ts";
import type { Bench } from "../bench.ts";
import { fakeCatalog } from "../fake-catalog.ts";

const settings = ({ app }: Bench) => app.store.getState().settings;
const kept = ({ app }: Bench) => app.store.getState().plans.kept.map(({ name }) => name);
const readyPlan = (id: string) => {
  const entry = fakeCatalog.plans.find((plan) => plan.id === id);
  if (entry === undefined) throw new Error(`The fake has no plan ${id}.`);
  return entry;
};

describe("ready-made plans", () => {
  it("set methods, seeds, training and grid, and give the plan its name", async () => {
    const made = await bench();
    made.app.actions.plans.takeReady(readyPlan("subnetwork-size"), "small");
    expect(settings(made)).toMatchObject({
      planName: "Size of the subnetwork, small",
      seedsText: "1, 2",
      grid: [{ field: "frozenShare", text: "0.1, 0.3, 0.5" }],
    });
    made.app.actions.plans.takeReady(readyPlan("compare"), "full");
    expect(settings(made)).toMatchObject({ planName: "Compare methods", seedsText: "1-10", grid: [] });
  });
});

describe("a plan that trains each family as the paper does", () => {
  it("takes the recipe of the loaded model and task in its full size, and its own training without one", async () => {
    const { app } = await ready();
    const { model, data } = app.store.getState();
    const [family = "", task = ""] = [model.model?.family, data.prepared?.task];
    const entry = (families: readonly string[], tasks: readonly string[]) => ({
      ...readyPlan("compare"),
      recipes: [{ families, tasks, training: { epochs: 7 } }],
    });
    const epochs = (): unknown => app.store.getState().settings.training["epochs"];
    const own = readyPlan("compare").sizes.full.training["epochs"];
    app.actions.plans.takeReady(entry([family], [task]), "full");
    expect(epochs()).toBe(7);
    app.actions.plans.takeReady(entry([family], ["another"]), "full");
    expect(epochs()).toBe(own);
    app.actions.plans.takeReady(entry([family], [task]), "small");
    expect(epochs()).toBe(own);
    // A sample task is not the paper's, whichever its files look like.
    const sample = { kind: "sample" as const, id: "sentiment" };
    app.store.setState((state) => ({ data: { ...state.data, trainSource: sample } }));
    app.actions.plans.takeReady(entry([family], [task]), "full");
    expect(epochs()).toBe(own);
  });
});

describe("a large change of the settings", () => {
  it("is undone by one press, and not once something was changed since", async () => {
    const made = await bench();
    const { actions, store } = made.app;
    actions.settings.setSeeds("7");
    const before = settings(made);
    actions.plans.takeReady(readyPlan("compare"), "full");
    expect(undoable(store.getState())).toBe("The plan “Compare methods” replaced your settings.");
    actions.settings.undo();
    expect(settings(made)).toEqual(before);
    expect(undoable(store.getState())).toBeNull();

    actions.settings.setTrainingValue("epochs", 9);
    const { training } = settings(made);
    actions.settings.resetTraining(fakeCatalog.training);
    expect(settings(made).training).not.toEqual(training);
    expect(undoable(store.getState())).toMatch(/back to their defaults/);
    actions.settings.undo();
    expect(settings(made).training).toEqual(training);

    actions.settings.saveMemory({ batchSize: 4, accumulate: 4 });
    expect(settings(made).training).toEqual({ ...training, batchSize: 4, accumulate: 4 });
    expect(undoable(store.getState())).toMatch(/less memory/);
    actions.settings.undo();
    expect(settings(made).training).toEqual(training);

    actions.plans.takeReady(readyPlan("compare"), "full");
    actions.settings.setSeeds("8");
    expect(undoable(store.getState())).toBeNull();
    // What changes nothing is no step to take back.
    actions.settings.setTrainingValue("epochs", 9);
    actions.settings.resetTraining(fakeCatalog.training);
    actions.settings.resetTraining(fakeCatalog.training);
    actions.settings.undo();
    expect(settings(made)).toMatchObject({ seedsText: "8", training });
  });
});

describe("plans in this browser", () => {
  it("are kept by name, used again and forgotten, over a reload", async () => {
    const storage = memory();
    const first = await bench({}, storage);
    first.app.actions.settings.setPlanName(" Shares ");
    first.app.actions.settings.addAxis({ field: "frozenShare", text: "0.1, 0.5" });
    first.app.actions.plans.keep();
    first.app.actions.settings.setPlanName("Plain");
    first.app.actions.settings.removeAxis(0);
    first.app.actions.plans.keep();
    const made = await bench({}, storage);
    expect(kept(made)).toEqual(["Plain", "Shares"]);
    made.app.actions.plans.takeKept("Shares");
    expect(settings(made)).toMatchObject({ planName: "Shares", grid: [{ field: "frozenShare", text: "0.1, 0.5" }] });
    made.app.actions.settings.setSeeds("9");
    made.app.actions.plans.keep();
    expect(kept(made)).toEqual(["Plain", "Shares"]);
    made.app.actions.plans.takeKept("Plain");
    made.app.actions.plans.takeKept("Shares");
    expect(settings(made).seedsText).toBe("9");
    made.app.actions.plans.forget("Plain");
    expect(kept(await bench({}, storage))).toEqual(["Shares"]);
  });

  it("of two tabs do not overwrite each other, and what one keeps the other shows", async () => {
    const storage = memory();
    const tabs = await Promise.all([bench({}, storage), bench({}, storage)]);
    for (const [index, { app }] of tabs.entries()) {
      app.actions.settings.setPlanName(`of tab ${index}`);
      app.actions.plans.keep();
    }
    const [first, second] = tabs;
    expect(kept(second)).toEqual(["of tab 0", "of tab 1"]);
    first.app.actions.plans.refresh();
    expect(kept(first)).toEqual(["of tab 0", "of tab 1"]);
    second.app.actions.plans.forget("of tab 0");
    first.app.actions.settings.setPlanName("a third");
    first.app.actions.plans.keep();
    expect(kept(first)).toEqual(["a third", "of tab 1"]);
  });

  it("are none where the settings make none, and the reason is said", async () => {
    const made = await bench();
    made.app.actions.settings.setSeeds("");
    made.app.actions.plans.keep();
    expect(kept(made)).toEqual([]);
    expect(made.app.store.getState().notices.items[0]).toMatchObject({ place: "plan", code: "bad-settings" });
    expect(made.app.store.getState().notices.items[0]?.message).toContain("Give at least one seed");
    expect(made.app.actions.plans.written()).toBeNull();
  });

  it("are bounded, and refused where the browser stores nothing", async () => {
    const made = await bench();
    for (let index = 0; index < mostPlans; index++) {
      made.app.actions.settings.setPlanName(`plan ${index}`);
      made.app.actions.plans.keep();
    }
    made.app.actions.settings.setPlanName("one more");
    made.app.actions.plans.keep();
    expect(kept(made)).toHaveLength(mostPlans);
    expect(notices(made.app)).toEqual(["plan: bad-settings"]);
    const refusing = await bench({}, { getItem: () => null, setItem: () => { throw new Error("quota"); } }); // prettier-ignore
    refusing.app.actions.plans.keep();
    expect(kept(refusing)).toEqual([]);
    expect(notices(refusing.app)).toContain("plan: no-space");
  });

  it("that were spoilt by hand are no plans, and no error", async () => {
    expect(readKept(null)).toEqual({ kept: [] });
    expect(readKept("{")).toEqual({ kept: [] });
    expect(readKept('{"version":1,"plans":[{"name":1}]}')).toEqual({ kept: [] });
    const storage = memory();
    storage.setItem(plansKey, '{"version":1,"plans":[{"name":"odd","text":"{}"}]}');
    const made = await bench({}, storage);
    const before = settings(made);
    made.app.actions.plans.takeKept("odd");
    expect(settings(made)).toBe(before);
    expect(made.app.store.getState().notices.items[0]?.message).toContain("The plan odd cannot be used. A plan has no");
  });
});

describe("plans in files", () => {
  it("are opened as they were written", async () => {
    const made = await bench();
    made.app.actions.plans.takeReady(readyPlan("subnetwork-size"), "full");
    made.app.actions.settings.setOrder("interleaved");
    const text = made.app.actions.plans.written();
    const other = await bench();
    await other.app.actions.plans.open(new Blob([text ?? ""]), "plan.json");
    expect(planOf(settings(other), fakeCatalog).plan).toEqual(planOf(settings(made), fakeCatalog).plan);
    expect(settings(other).planName).toBe("Size of the subnetwork");
  });

  it("are refused in words, and the settings stay", async () => {
    const made = await bench();
    const before = settings(made);
    await made.app.actions.plans.open(new Blob(['{"version":1,"sedes":"1"}']), "mine.json");
    expect(settings(made)).toBe(before);
    expect(made.app.store.getState().notices.items[0]?.message).toMatch(/^mine\.json cannot be used\. .*"sedes"/);
    await made.app.actions.plans.open(new Blob([" ".repeat(300_000)]), "huge.json");
    expect(notices(made.app)).toEqual(["plan: too-large"]);
  });
});

describe("the time a plan will take", () => {
  it("is told by the pace of runs on show, over methods, seeds, settings and rows", async () => {
    const made = await ready();
    const plan = { ...fakeCatalog.demo.plan, seeds: [1], training: { epochs: 2, batchSize: 10 } };
    const rows = { count: 1000, of: 1000 };
    const runsOf = () => made.app.store.getState().experiment.runs;
    expect(planTimeMs(plan, fakeCatalog, runsOf(), rows)).toBeNull();
    await made.app.actions.run();
    // 200 steps at 20, 22 and 25 ms, and 40 ms before the first of each.
    expect(planTimeMs(plan, fakeCatalog, runsOf(), rows)).toBeCloseTo(200 * (20 + 22 + 25) + 3 * 40, 6);
    const grid = [{ field: "batchSize", values: [10, 20] }];
    const sampled = [{ field: "trainSample", values: [500, null] }];
    const capped = { ...plan, training: { ...plan.training, steps: 7 }, seeds: [1, 2] };
    expect(planTimeMs({ ...plan, grid }, fakeCatalog, runsOf(), rows)).toBeCloseTo(300 * 67 + 6 * 40, 6);
    expect(planTimeMs({ ...plan, grid: sampled }, fakeCatalog, runsOf(), rows)).toBeCloseTo(300 * 67 + 6 * 40, 6);
    const drawn = { count: 200, of: 1000 };
    expect(planTimeMs({ ...plan, grid: sampled }, fakeCatalog, runsOf(), drawn)).toBeCloseTo(300 * 67 + 6 * 40, 6);
    expect(planTimeMs(plan, fakeCatalog, runsOf(), drawn)).toBeCloseTo(40 * 67 + 3 * 40, 6);
    const inParts = { ...plan, training: { ...plan.training, accumulate: 4 } };
    expect(planTimeMs(inParts, fakeCatalog, runsOf(), rows)).toBeCloseTo(50 * 67 + 3 * 40, 6);
    expect(planTimeMs(capped, fakeCatalog, runsOf(), rows)).toBeCloseTo(14 * 67 + 6 * 40, 6);
  });
});
