import { afterEach, describe, expect, it, vi } from "vitest";
import { catalog } from "../../src/experiment/catalog.ts";
import { checkPlanSettings } from "../../src/experiment/plan/checked-plan.ts";
import { createApp } from "../../src/store/app.ts";
import type { App } from "../../src/store/app.ts";
import { initialDemo } from "../../src/store/demo.ts";
import { demoOffered } from "../../src/store/state.ts";
import { planOf, settingsOfPlan } from "../../src/store/setup/plan.ts";
import { initialSettings } from "../../src/store/setup/settings.ts";
import { fakeCatalog } from "./fake-catalog.ts";
import { sampleTasks } from "../data/sample-tasks.ts";
import { createFakeTrainer } from "./fake-trainer.ts";
import type { FakeOptions, FakeTrainer } from "./fake-trainer.ts";
import { messages, serve, shippedFiles } from "./shipped-files.ts";

async function bench(given: FakeOptions = {}): Promise<{ readonly app: App; readonly trainer: FakeTrainer }> {
  const options = { software: false, ...given };
  const trainer = createFakeTrainer(options);
  const urls = { modelsUrl: "https://page.test/models/", samplesUrl: "https://page.test/tasks/" };
  const app = createApp(trainer, { quietMs: 0, ...urls });
  await app.actions.connect();
  return { app, trainer };
}

afterEach(() => vi.unstubAllGlobals());

describe("the demo", () => {
  it("loads model and task, sets its plan, and runs it to the end", async () => {
    serve(await shippedFiles());
    const { app, trainer } = await bench();
    expect(demoOffered(app.store.getState())).toBe(true);
    const running = app.actions.runDemo();
    expect(app.store.getState().demo.preparing).toBe("loading");
    await running;
    const { demo, experiment, settings } = app.store.getState();
    expect([demo.preparing, demo.shown, experiment.status, experiment.runs.length]).toEqual([
      null,
      true,
      "finished",
      9,
    ]);
    expect(trainer.calls).toContain("prepareData 64");
    expect(experiment.config?.plan.methods.map(({ id, values }) => [id, values["dropout"]])).toEqual([
      ["plain", 0],
      ["one", 0],
      ["two", 0],
    ]);
    expect(planOf(settings, fakeCatalog).plan).toMatchObject({ seeds: [1, 2, 3], training: { epochs: 2 } });
    expect(messages(app)).toEqual([]);
  });

  it("runs a part that suits the time where a CPU plays the GPU, and then the rest", async () => {
    serve(await shippedFiles());
    const { app, trainer } = await bench({ software: true, stepMs: 300 });
    await app.actions.runDemo();
    const { demo, experiment } = app.store.getState();
    expect(trainer.calls.indexOf("measure")).toBeLessThan(trainer.calls.indexOf("start"));
    expect(experiment.runs.map(({ id }) => id)).toEqual(["plain-seed1", "one-seed1"]);
    expect(demo.expected?.runCount).toBe(2);
    expect(demo.rest).toMatchObject({ runCount: 7, seeds: [2, 3] });
    // Seven runs more, of about the same length.
    expect((demo.rest?.timeMs ?? 0) / (demo.expected?.timeMs ?? 1)).toBeCloseTo(3.5, 5);
    await app.actions.continueDemo();
    expect(app.store.getState().experiment.runs).toHaveLength(9);
    expect(app.store.getState().experiment.config?.plan.training).toEqual(experiment.config?.plan.training);
    expect(app.store.getState().demo.rest).toBeNull();
    expect(messages(app)).toEqual([]);
  });

  it("has nothing to continue with once another result is on show", async () => {
    serve(await shippedFiles());
    const { app } = await bench({ software: true, stepMs: 300 });
    await app.actions.runDemo();
    await app.actions.openResult(new Blob([JSON.stringify(app.archive.result())]), "other.json");
    expect(app.store.getState().demo).toMatchObject({ shown: false, rest: null });
    await app.actions.continueDemo();
    expect(app.store.getState().experiment.runs).toHaveLength(2);
  });

  it("takes the place of what was loaded and set, and gives the settings back", async () => {
    serve(await shippedFiles());
    const { app } = await bench();
    await app.actions.model.load([{ path: "mine/config.json", file: new Blob(["{}"]) }]);
    await app.actions.data.load("train", [{ path: "mine.tsv", file: new Blob(["x"]) }]);
    app.actions.data.setTask("single");
    app.actions.settings.setSeeds("7");
    app.actions.settings.setMethodValue("one", "frozenShare", 0.5);
    app.actions.settings.includeMethod("two", false);
    const before = app.store.getState().settings;
    await app.actions.runDemo();
    const { data, demo, settings } = app.store.getState();
    expect([data.train?.name, data.dev?.name, data.task]).toEqual(["sentiment/train.tsv", "sentiment/dev.tsv", null]);
    expect(settings.methods["one"]?.values["frozenShare"]).toBe(0.3);
    expect(demo.before).toEqual(before);
    app.actions.demo.putSettingsBack();
    expect(app.store.getState().settings).toEqual(before);
    expect(app.store.getState().demo.before).toBeNull();
  });

  it("pressed again after a demo, it still gives a person's own settings back", async () => {
    serve(await shippedFiles());
    const { app } = await bench({ stepCount: 8 });
    app.actions.settings.setSeeds("7");
    const before = app.store.getState().settings;
    await app.actions.runDemo();
    await app.actions.runDemo();
    expect(app.store.getState().demo.before).toEqual(before);
  });

  it("explains itself only beside its own run", async () => {
    serve(await shippedFiles());
    const { app } = await bench({ stepCount: 8 });
    await app.actions.runDemo();
    await app.actions.run();
    expect(app.store.getState().demo.shown).toBe(false);
  });

  it.each(["models/small/config.json", "tasks/sentiment/dev.tsv"])(
    "does not start where %s is missing, and leaves the settings alone",
    async (missing) => {
      const files = { ...(await shippedFiles()) };
      delete files[missing];
      serve(files);
      const { app, trainer } = await bench();
      app.actions.settings.setSeeds("7");
      const before = app.store.getState().settings;
      await app.actions.runDemo();
      expect(trainer.calls).not.toContain("start");
      expect(app.store.getState().settings).toEqual(before);
      expect(app.store.getState().demo).toEqual(initialDemo);
      expect(messages(app)).toContain("demo: The demo cannot start: its model or its sentences could not be read.");
      expect(messages(app).some((message) => message.includes(missing))).toBe(true);
    },
  );

  it("says what stands in the way, and puts the settings back by itself", async () => {
    serve(await shippedFiles());
    const { app, trainer } = await bench({ unclear: true });
    const before = app.store.getState().settings;
    await app.actions.runDemo();
    expect(messages(app)).toEqual(["demo: The demo cannot start. Say which task the tables are for."]);
    expect(app.store.getState().settings).toEqual(before);
    expect(trainer.calls).not.toContain("start");
  });

  it("starts once, however often it is pressed, and not while something runs", async () => {
    serve(await shippedFiles());
    const { app, trainer } = await bench();
    await Promise.all([app.actions.runDemo(), app.actions.runDemo()]);
    expect(trainer.calls.filter((call) => call === "start")).toHaveLength(1);
    const again = app.actions.run();
    await app.actions.runDemo();
    await again;
    expect(trainer.calls.filter((call) => call === "start")).toHaveLength(2);
  });

  it("is not offered without WebGPU, without a model, or without its task", async () => {
    const files = await shippedFiles();
    serve(files);
    expect(demoOffered((await bench({ webgpu: false })).app.store.getState())).toBe(false);
    serve({ ...files, "models/index.json": "[]" });
    expect(demoOffered((await bench()).app.store.getState())).toBe(false);
    serve({ ...files, "tasks/index.json": "[]" });
    expect(demoOffered((await bench()).app.store.getState())).toBe(false);
  });
});

describe("the demo of the real catalog", () => {
  const { demo, ...rest } = catalog();

  it("is a plan that fits, and the page's settings carry all of it", () => {
    expect(() => checkPlanSettings(demo.plan)).not.toThrow();
    const { plan, problems } = planOf(settingsOfPlan({ ...rest, demo }, demo.plan, initialSettings), { ...rest, demo });
    expect(problems).toEqual([]);
    expect(plan?.seeds).toEqual(demo.plan.seeds);
    expect(plan?.training).toMatchObject(demo.plan.training);
    expect(plan?.methods.map(({ id }) => id)).toEqual(demo.plan.methods.map(({ id }) => id));
    for (const [index, { values }] of demo.plan.methods.entries())
      expect(plan?.methods[index]?.values).toMatchObject(values);
  });

  it("names a sample task that ships with the page", () => {
    const sample = sampleTasks.find(({ id }) => id === demo.sample);
    const shown = demo.plan.training["devLimit"];
    expect(Number(shown)).toBeLessThanOrEqual(sample?.dev ?? 0);
    expect(demo.lookAt[0]?.text).toContain(` ${shown} `);
  });
});
