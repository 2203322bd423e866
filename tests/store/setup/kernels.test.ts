import { describe, expect, it, vi } from "vitest";
import type { App } from "../../../src/store/app.ts";
import { settingsKey } from "../../../src/store/setup/settings.ts";
import { writeResult } from "../../../src/analysis/result-text.ts";
import { bench, memory, notices, ready } from "../bench.ts";
import { choice } from "../fake-records.ts";

const recordOf = (app: App) => app.store.getState().kernels.record;
const settled = async (app: App, from: string) => {
  await vi.waitFor(() => expect(recordOf(app)?.from).toBe(from));
};

describe("kernels", () => {
  it("are got ready once model and data are, told as they come, and taken by the run", async () => {
    const { app, trainer } = await ready();
    const told: unknown[] = [];
    app.store.subscribe(({ kernels }) => told.push(kernels.progress));
    await settled(app, "timed");
    expect(told).toContainEqual({ done: 14, total: 31 });
    expect(app.store.getState().kernels.progress).toBeNull();
    expect(trainer.calls).not.toContain("start");
    const before = trainer.calls.filter((call) => call === "tuneKernels").length;
    await app.actions.run();
    expect(trainer.calls.filter((call) => call === "tuneKernels")).toHaveLength(before);
    expect(app.archive.result()?.kernels).toEqual(choice);
  });

  it("are got ready by a run that comes before", async () => {
    const { app, trainer } = await ready();
    await app.actions.run();
    const order = trainer.calls.filter((call) => call === "tuneKernels" || call === "start");
    expect([order[0], order.at(-1)]).toEqual(["tuneKernels", "start"]);
    expect(recordOf(app)?.tried).toHaveLength(5);
  });

  it("are forgotten with data and plan, and got ready anew", async () => {
    const { app, trainer } = await ready();
    await settled(app, "timed");
    const before = trainer.calls.length;
    app.actions.settings.setTrainingValue("batchSize", 4);
    expect(recordOf(app)).toBeNull();
    await settled(app, "timed");
    expect(trainer.calls.slice(before)).toContain("tuneKernels");
  });

  it("are the portable ones where a person wants them, also after a reload and in a fresh engine", async () => {
    const storage = memory();
    const { app, trainer } = await bench({}, storage);
    expect(trainer.calls.some((call) => call.startsWith("useKernels"))).toBe(false);
    app.actions.kernels.choose("portable");
    expect(trainer.calls.at(-1)).toBe('useKernels "portable"');
    expect(storage.kept.get(settingsKey)).toContain('"kernels":"portable"');
    const { trainer: again } = await bench({}, storage);
    expect(again.calls).toContain('useKernels "portable"');
    await app.actions.engine.connect();
    expect(trainer.calls.filter((call) => call.startsWith("useKernels"))).toHaveLength(2);
  });
});

describe("the timing of a run", () => {
  it("is asked for by a switch alone, and kept with what is on show", async () => {
    const { app } = await ready();
    const profile = () => app.store.getState().experiment.profile;
    await app.actions.run();
    expect(profile()).toBeNull();
    app.actions.kernels.time(true);
    await app.actions.run();
    expect(profile()?.parts.map(({ step }) => step)).toEqual([1, 2, 3]);
    const result = app.archive.result();
    if (result === null) throw new Error("there is no result");
    await app.actions.openResult(new Blob([writeResult(result)]), "mine.json");
    expect(profile()).toBeNull();
    app.actions.kernels.time(false);
    await app.actions.run();
    expect(profile()).toBeNull();
  });
});

describe("a result that is run again", () => {
  async function opened(kernels: Readonly<Record<string, string>> | null) {
    const { app: first } = await ready();
    first.actions.settings.setSeeds("4, 5");
    await first.actions.run();
    const result = first.archive.result();
    if (result === null) throw new Error("there is no result");
    const rows = {
      train: { kind: "file" as const, name: "t" },
      dev: null,
      split: { share: 0.25, seed: 7 },
      sample: null,
    };
    const file = new Blob([writeResult({ ...result, config: { ...result.config, rows }, kernels })]);
    const made = await ready();
    await made.app.actions.openResult(file, "mine.json");
    await made.app.actions.takeSettings();
    return made;
  }

  it("sets plan, rows and kernels, and its kernels are used", async () => {
    const { app, trainer } = await opened(choice);
    const { settings, kernels } = app.store.getState();
    expect(settings).toMatchObject({ planName: "mine", seedsText: "4, 5", devShare: 0.25, splitSeed: 7 });
    expect(kernels.given).toEqual({ name: "mine", choice });
    expect(trainer.calls).toContain(`useKernels ${JSON.stringify(choice)}`);
    await settled(app, "given");
    app.actions.kernels.choose("auto");
    expect(app.store.getState().kernels.given).toBeNull();
    await settled(app, "timed");
  });

  it("says in a line where this device cannot run its kernels", async () => {
    const { app } = await opened({ "attention 2x64": "warp7" });
    await settled(app, "timed");
    expect(notices(app)).toEqual(["kernels: device-error"]);
    expect(app.store.getState().notices.items[0]?.message).toMatch(/are used in their place\.$/);
  });

  it("takes the portable ones where it did, and leaves the choice alone where it does not say", async () => {
    expect((await opened({})).app.store.getState().settings.kernels).toBe("portable");
    const { app } = await opened(null);
    expect([app.store.getState().settings.kernels, app.store.getState().kernels.given]).toEqual(["auto", null]);
  });
});
