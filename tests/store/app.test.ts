import { describe, expect, it, vi } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { readSettings, settingsKey, writeSettings } from "../../src/store/setup/settings.ts";
import { missingForRun } from "../../src/store/state.ts";
import { bench, memory, modelFiles, notices, ready, table } from "./bench.ts";

describe("setting up", () => {
  it("says what is missing, step by step, until nothing is", async () => {
    const { app } = await bench();
    expect(missingForRun(app.store.getState())).toEqual(["Load a model.", "Add a training table."]);
    await app.actions.model.load(modelFiles);
    expect(missingForRun(app.store.getState())).toEqual(["Add a training table."]);
    await app.actions.data.load("train", [table]);
    await vi.waitFor(() => expect(missingForRun(app.store.getState())).toEqual([]));
    app.actions.settings.setSeeds("1, 1");
    expect(missingForRun(app.store.getState())).toEqual(["Seed 1 is given twice."]);
  });

  it("keeps a good model when a later one is refused, and shows why until it is dismissed", async () => {
    const { app } = await bench();
    await app.actions.model.load(modelFiles);
    await app.actions.model.load([{ path: "holiday.jpg", file: new Blob() }]);
    expect(app.store.getState().model.model?.layerCount).toBe(4);
    expect(notices(app)).toEqual(["model: bad-model"]);
    const [notice] = app.store.getState().notices.items;
    app.actions.notices.dismiss(notice?.id ?? -1);
    expect(notices(app)).toEqual([]);
  });

  it("refuses several files for one table and an empty one", async () => {
    const { app, trainer } = await bench();
    await app.actions.data.load("dev", [table, table]);
    expect(notices(app)).toEqual(["dev: bad-table"]);
    expect(trainer.calls).not.toContain("loadTable dev");
    await app.actions.data.load("dev", [{ path: "empty.tsv", file: new Blob() }]);
    expect(app.store.getState().notices.items.map((item) => item.message)).toEqual([
      "empty.tsv is empty; drop a table with rows.",
    ]);
  });

  it("asks for task and columns where the engine did not recognise them", async () => {
    const { app, trainer } = await bench({ unclear: true });
    await app.actions.model.load(modelFiles);
    await app.actions.data.load("train", [table]);
    expect(missingForRun(app.store.getState())).toEqual(["Say which task the tables are for."]);
    app.actions.data.setTask("pairs");
    expect(missingForRun(app.store.getState())).toEqual(["Say which columns of the train table to use."]);
    app.actions.data.setMapping("train", { first: 1, second: null, label: 3 });
    expect(missingForRun(app.store.getState())[0]).toContain("which column of the train table is the second");
    expect(trainer.calls.some((call) => call.startsWith("prepareData"))).toBe(false);
    app.actions.data.setMapping("train", { first: 1, second: 2, label: 3 });
    await vi.waitFor(() => expect(missingForRun(app.store.getState())).toEqual([]));
  });

  it("prepares again when the dev table, the length or the split changes, and only then", async () => {
    const { app, trainer } = await ready();
    const prepared = (): number => trainer.calls.filter((call) => call.startsWith("prepareData")).length;
    expect(prepared()).toBe(1);
    app.actions.settings.setTrainingValue("epochs", 7);
    app.actions.settings.setTrainingValue("maxLength", 64);
    expect(app.store.getState().data.prepared).toBeNull();
    await vi.waitFor(() => expect(trainer.calls).toContain("prepareData 64"));
    await app.actions.data.load("dev", [table]);
    await vi.waitFor(() => expect(app.store.getState().data.prepared?.devFromTrain).toBe(false));
    expect(prepared()).toBe(3);
    app.actions.settings.setRows({ devShare: 0.3 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(prepared()).toBe(3);
  });

  it("prepares again for another sample, not for the seed of none, and keeps it for the next visit", async () => {
    const { app, trainer } = await ready();
    const prepared = (): number => trainer.calls.filter((call) => call.startsWith("prepareData")).length;
    const sample = () => app.store.getState().data.prepared?.sample;
    const before = prepared();
    app.actions.settings.setRows({ sampleSeed: 4 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([prepared(), sample()]).toEqual([before, null]);
    app.actions.settings.setRows({ sampleCount: 500 });
    await vi.waitFor(() => expect(sample()).toMatchObject({ count: 500, seed: 4 }));
    app.actions.settings.setRows({ sampleSeed: 5 });
    await vi.waitFor(() => expect(sample()).toMatchObject({ count: 500, seed: 5 }));
    const saved = readSettings(writeSettings(app.store.getState().settings));
    expect(saved).toMatchObject({ sampleCount: 500, sampleSeed: 5 });
    const { sampleCount: _, sampleSeed: __, ...older } = app.store.getState().settings;
    expect(readSettings(JSON.stringify({ version: 1, ...older }))).toMatchObject({ sampleCount: null, sampleSeed: 0 });
  });

  it("estimates the ticked methods once the tables are there", async () => {
    const { app } = await ready({ tooLarge: true });
    await vi.waitFor(() => expect(app.store.getState().estimates.items).toHaveLength(3));
    expect(app.store.getState().estimates.items[0]?.problem).toContain("would fit");
    expect(missingForRun(app.store.getState())[0]).toContain("Vanilla does not fit: This needs 9.1 GiB");
    app.actions.settings.includeMethod("two", false);
    await vi.waitFor(() =>
      expect(app.store.getState().estimates.items.map((item) => item.method)).toEqual(["plain", "one"]),
    );
  });

  it("tells a missing WebGPU from an engine that failed", async () => {
    const { app } = await bench({ webgpu: false });
    expect(app.store.getState().engine.status).toBe("no-webgpu");
    expect(app.store.getState().engine.catalog).not.toBeNull();
    expect(notices(app)).toEqual([]);
    expect(missingForRun(app.store.getState())[0]).toContain("no WebGPU");
  });
});

describe("settings over a reload", () => {
  it("come back as they were", async () => {
    const storage = memory();
    const { app } = await bench({}, storage);
    app.actions.settings.setMethodValue("one", "frozenShare", 0.5);
    app.actions.settings.includeMethod("plain", false);
    app.actions.settings.setSeeds("4-6");
    const again = await bench({}, storage);
    expect(again.app.store.getState().settings).toEqual(app.store.getState().settings);
    expect(again.app.store.getState().settings.methods["one"]?.values["frozenShare"]).toBe(0.5);
  });

  it("fall back to defaults where they no longer fit, field by field", async () => {
    const storage = memory();
    const { app } = await bench({}, storage);
    app.actions.settings.setSeeds("9");
    app.actions.settings.setMethodValue("one", "frozenShare", 7);
    const { app: again } = await bench({}, storage);
    expect(again.store.getState().settings.methods["one"]?.values["frozenShare"]).toBe(0.3);
    expect(again.store.getState().settings.seedsText).toBe("9");
    storage.kept.set(settingsKey, '{"version":1,"seedsText":3}');
    const { app: spoilt } = await bench({}, storage);
    expect(spoilt.store.getState().settings.seedsText).toBe("1-5");
  });

  it("say so when the browser stores nothing", async () => {
    const { app } = await bench({}, { getItem: () => null, setItem: () => { throw new Error("quota"); } }); // prettier-ignore
    app.actions.settings.setSeeds("2");
    app.actions.settings.setSeeds("3");
    expect(notices(app)).toEqual(["engine: bad-settings"]);
    expect(app.store.getState().settings.seedsText).toBe("3");
  });
});

describe("running", () => {
  it("collects every run to the end", async () => {
    const { app } = await ready();
    const running = app.actions.run();
    expect(app.store.getState().experiment.status).toBe("starting");
    await running;
    const { status, runs, summary, source } = app.store.getState().experiment;
    expect([status, source, runs.length]).toEqual(["finished", "live", 6]);
    expect(runs.every((run) => run.status === "completed" && run.stepsDone === 40)).toBe(true);
    expect(summary.length).toBe(12);
    expect(app.archive.runs[0]?.steps).toHaveLength(40);
    expect(app.archive.result()?.config.plan.seeds).toEqual([1, 2]);
  });

  it("does nothing while something is missing, nor twice at a time", async () => {
    const { app, trainer } = await bench();
    await app.actions.run();
    expect(trainer.calls).not.toContain("start");
    const full = await ready();
    await Promise.all([full.app.actions.run(), full.app.actions.run()]);
    expect(full.trainer.calls.filter((call) => call === "start")).toHaveLength(1);
  });

  it("pauses, resumes and stops, and keeps what there is", async () => {
    const { app } = await ready({ stepCount: 4000, pause: () => new Promise((resolve) => setTimeout(resolve, 2)) });
    const status = (): string => app.store.getState().experiment.status;
    const running = app.actions.run();
    await vi.waitFor(() => expect(app.archive.runs[0]?.steps.length ?? 0).toBeGreaterThan(0));
    await app.actions.experiment.pause();
    expect(status()).toBe("paused");
    await new Promise((resolve) => setTimeout(resolve, 20));
    const held = app.archive.runs[0]?.steps.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(app.archive.runs[0]?.steps.length).toBe(held);
    await app.actions.experiment.resume();
    expect(status()).toBe("running");
    await app.actions.experiment.stop();
    await running;
    expect(status()).toBe("finished");
    const runs = app.store.getState().experiment.runs;
    expect(new Set(runs.map((run) => run.status))).toEqual(new Set(["stopped"]));
    expect(runs.slice(1).map((run) => run.stepsDone)).toEqual([0, 0, 0, 0, 0]);
    expect(runs[0]?.stepsDone).toBeGreaterThanOrEqual(held ?? 1);
  });

  it("goes on with the next run after one that failed, and shows its error in its row", async () => {
    const error = new AppError("not-finite", "The loss is NaN at step 20.");
    const { app } = await ready({ failing: { run: 1, error, whole: false } });
    await app.actions.run();
    const { runs, status } = app.store.getState().experiment;
    expect(runs.map((run) => run.status).filter((one) => one === "failed")).toHaveLength(1);
    expect(runs[1]?.error?.message).toContain("step 20");
    expect(status).toBe("finished");
  });

  it("keeps what it has when the device is lost, and goes on with it on a fresh engine", async () => {
    const error = new AppError("device-lost", "The GPU went away: unknown.");
    const { app, trainer } = await ready({ failing: { run: 0, error, whole: true } });
    await app.actions.run();
    const { experiment } = app.store.getState();
    expect([experiment.status, experiment.needsRestart]).toEqual(["failed", true]);
    expect(notices(app)).toEqual(["run: device-lost"]);
    expect(experiment.runs[0]?.stepsDone).toBe(24);
    const before = trainer.calls.length;
    await app.actions.startAgain();
    const after = trainer.calls.slice(before).filter((call) => call !== "estimate");
    const loaded = ["restart", "catalog", "device", "loadModel", "loadTable train", "prepareData 128"];
    expect(after).toEqual([...loaded, "grow plain-seed1 one-seed1 two-seed1 plain-seed2 one-seed2 two-seed2"]);
  });
});

describe("results from elsewhere", () => {
  it("opens what it exported", async () => {
    const { app } = await ready();
    await app.actions.run();
    const { writeResult } = await import("../../src/analysis/result-text.ts");
    const result = app.archive.result();
    expect(result).not.toBeNull();
    if (result === null) return;
    const { app: other } = await bench();
    await other.actions.openResult(new Blob([writeResult(result)]), "result.json");
    expect(other.store.getState().experiment.source).toBe("file");
    expect(other.archive.result()).toEqual(result);
  });

  it("shows an error, and keeps what was there, for anything else", async () => {
    const { app } = await ready();
    await app.actions.run();
    await app.actions.openResult(new Blob(["{}"]), "package.json");
    expect(notices(app)).toEqual(["result: bad-settings"]);
    expect(app.store.getState().experiment.runs).toHaveLength(6);
  });
});
