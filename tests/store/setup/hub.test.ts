import { describe, expect, it, vi } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { createApp } from "../../../src/store/app.ts";
import type { App } from "../../../src/store/app.ts";
import {
  initialSettings,
  problemWithHub,
  readSettings,
  settingsKey,
  writeSettings,
} from "../../../src/store/setup/settings.ts";
import { missingForRun } from "../../../src/store/state.ts";
import { fakeCatalog } from "../fake-catalog.ts";
import { fakeCommit } from "../fake-hub.ts";
import type { FakeHubOptions } from "../fake-hub.ts";
import { createFakeTrainer } from "../fake-trainer.ts";
import type { FakeTrainer } from "../fake-trainer.ts";
import { messages } from "../shipped-files.ts";

async function bench(hub: FakeHubOptions = {}): Promise<{ readonly app: App; readonly trainer: FakeTrainer }> {
  const trainer = createFakeTrainer({ hub });
  const app = createApp(trainer, { quietMs: 0 });
  await app.actions.connect();
  return { app, trainer };
}

const [task] = fakeCatalog.tasks;
if (task === undefined) throw new Error("the fake has no task");

describe("a model from the Hub", () => {
  it("is downloaded, loaded with where it is from, and handed to a fresh engine again", async () => {
    const { app, trainer } = await bench();
    app.actions.hub.setModel(" org/small ");
    const loading = app.actions.hub.downloadModel();
    expect(app.store.getState().hub.download).toMatchObject({ aim: "model", label: "org/small", progress: null });
    await loading;
    expect(trainer.calls).toContain("downloadModel https://huggingface.co org/small main asked");
    const { model, hub, storage } = app.store.getState();
    const source = { kind: "hub", id: "org/small", revision: "main", commit: fakeCommit };
    expect(model.model?.source).toEqual(source);
    expect([hub.download, hub.remark]).toEqual([null, null]);
    expect(storage.record?.files.map(({ id, complete }) => [id, complete])).toEqual([["org/small", true]]);
    await app.actions.model.reload();
    expect(app.store.getState().model.model?.source).toEqual(source);
    expect(trainer.calls.filter((call) => call.startsWith("downloadModel"))).toHaveLength(1);
    expect(messages(app)).toEqual([]);
  });

  it("comes from the address in the settings, at the revision that was typed", async () => {
    const { app, trainer } = await bench();
    app.actions.settings.setHub("http://127.0.0.1:8080");
    app.actions.hub.setModel("org/small", "v2");
    await app.actions.hub.downloadModel();
    expect(trainer.calls).toContain("downloadModel http://127.0.0.1:8080 org/small v2 asked");
  });

  it("tells of its progress", async () => {
    const { app } = await bench();
    const shares: number[] = [];
    app.store.subscribe(({ hub }) => {
      const progress = hub.download?.progress;
      if (progress) shares.push(progress.doneBytes);
    });
    app.actions.hub.setModel("org/small");
    await app.actions.hub.downloadModel();
    expect(shares.at(-1)).toBe(17_700_000);
    expect(shares.toSorted((one, other) => one - other)).toEqual(shares);
  });

  it("leaves the loaded one alone where it cannot be had, and says why next to the field", async () => {
    const failing = new AppError("no-access", "The model org/secret is gated.");
    const { app } = await bench({ failing });
    await app.actions.model.load([{ path: "tiny/config.json", file: new Blob(["{}"]) }]);
    const before = app.store.getState().model;
    app.actions.hub.setModel("org/secret");
    await app.actions.hub.downloadModel();
    expect(messages(app)).toEqual(["hub-model: The model org/secret is gated."]);
    expect(app.store.getState().model).toBe(before);
    expect(app.store.getState().hub.download).toBeNull();
    app.actions.hub.setModel("org/other");
    await app.actions.hub.downloadModel();
    expect(messages(app)).toHaveLength(1);
  });

  it("may be cancelled, which is no error, and goes on from what is kept", async () => {
    // The fourth report waits until the download was cancelled.
    let reports = 0;
    let release = (): void => undefined;
    const pause = (): Promise<void> =>
      ++reports === 4 ? new Promise((resolve) => (release = () => resolve())) : Promise.resolve();
    const { app, trainer } = await bench({ pause });
    app.actions.hub.setModel("org/small");
    const loading = app.actions.hub.downloadModel();
    await vi.waitFor(() => expect(app.store.getState().hub.download?.progress?.doneBytes).toBeGreaterThan(0));
    await app.actions.hub.cancel();
    expect(app.store.getState().hub.download?.cancelling).toBe(true);
    release();
    await loading;
    expect(messages(app)).toEqual([]);
    expect(app.store.getState().model.model).toBeNull();
    const [kept] = app.store.getState().storage.record?.files ?? [];
    expect(kept).toMatchObject({ id: "org/small", complete: false });
    await app.actions.hub.openKept({ kind: "model", id: "org/small", commit: fakeCommit, sizeBytes: 1, fileCount: 1, brokenOff: true, complete: false }); // prettier-ignore
    expect(trainer.calls).toContain(`downloadModel https://huggingface.co org/small ${fakeCommit} asked`);
    expect(app.store.getState().model.model?.source).toMatchObject({ revision: fakeCommit, commit: fakeCommit });
  });

  it("says when what is kept was used", async () => {
    const { app } = await bench({ offline: "The Hub cannot be reached." });
    app.actions.hub.setModel("org/small");
    await app.actions.hub.downloadModel();
    expect(app.store.getState().hub.remark).toEqual({
      aim: "model",
      text: "The Hub cannot be reached. What was kept here was used.",
    });
  });

  it("needs an id", async () => {
    const { app, trainer } = await bench();
    await app.actions.hub.downloadModel();
    expect(messages(app)[0]).toContain("hub-model: Type the id of a model");
    expect(trainer.calls.some((call) => call.startsWith("downloadModel"))).toBe(false);
  });

  it("waits for its turn", async () => {
    const { app, trainer } = await bench();
    app.actions.hub.setModel("org/small");
    const loading = app.actions.hub.downloadModel();
    expect(missingForRun(app.store.getState())).toContain("org/small is being downloaded; wait for it, or cancel it.");
    await app.actions.hub.downloadTask(task);
    expect(messages(app)).toEqual(["hub-data: org/small is still being downloaded. Wait for it, or cancel it."]);
    await loading;
    expect(trainer.calls.some((call) => call.startsWith("downloadData"))).toBe(false);
    expect(app.store.getState().model.model).not.toBeNull();
  });
});

describe("a task from the Hub", () => {
  it("brings both tables and says what they are for", async () => {
    const { app, trainer } = await bench();
    app.actions.hub.setTask("pairs");
    await app.actions.hub.downloadTask(task);
    expect(trainer.calls).toContain(
      "downloadData https://huggingface.co org/tasks pairs/train.parquet pairs/validation.parquet",
    );
    const { data } = app.store.getState();
    expect([data.train?.name, data.dev?.name, data.task]).toEqual([
      "pairs/train.parquet",
      "pairs/validation.parquet",
      "pairs",
    ]);
  });

  it("scores on the other file where that was chosen", async () => {
    const { app } = await bench();
    app.actions.hub.setTask("pairs", "pairs/other.parquet");
    await app.actions.hub.downloadTask(task);
    expect(app.store.getState().data.dev?.name).toBe("pairs/other.parquet");
  });

  it("leaves the tables alone where it cannot be had", async () => {
    const { app } = await bench({ failing: new AppError("unreachable", "The Hub cannot be reached.") });
    await app.actions.data.load("train", [{ path: "mine.tsv", file: new Blob(["x"]) }]);
    await app.actions.hub.downloadTask(task);
    expect(app.store.getState().data.train?.name).toBe("mine.tsv");
    expect(messages(app)).toEqual(["hub-data: The Hub cannot be reached."]);
  });
});

describe("the presets' memory", () => {
  it("follows the settings while the tab is on show, and only then", async () => {
    const { app, trainer } = await bench();
    app.actions.view.change({ modelOrigin: "hub" });
    const asked = (): number => trainer.calls.filter((call) => call === "presetMemory").length;
    await vi.waitFor(() => expect(app.store.getState().hub.memory).toHaveLength(fakeCatalog.presets.length));
    const before = asked();
    app.actions.settings.setTrainingValue("batchSize", 4);
    await vi.waitFor(() => expect(asked()).toBe(before + 1));
    app.actions.settings.setTrainingValue("batchSize", -1);
    await vi.waitFor(() => expect(app.store.getState().hub.memory).toEqual([]));
    app.actions.view.change({ modelOrigin: "disk" });
    app.actions.settings.setTrainingValue("batchSize", 8);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(asked()).toBe(before + 1);
  });
});

describe("the Hub's address", () => {
  it("is kept with the settings, and settings from before it still count", () => {
    const saved = writeSettings({ ...initialSettings, seedsText: "7", hub: "https://mirror.test/hub" });
    expect(readSettings(saved)?.hub).toBe("https://mirror.test/hub");
    const { hub: _, ...older } = { version: 1, ...initialSettings, seedsText: "7" };
    expect(readSettings(JSON.stringify(older))).toMatchObject({ seedsText: "7", hub: "https://huggingface.co" });
    const store = { getItem: (key: string) => (key === settingsKey ? saved : null), setItem: () => undefined };
    expect(createApp(createFakeTrainer(), { storage: store }).store.getState().settings.hub).toBe(
      "https://mirror.test/hub",
    );
  });

  it.each(["", "huggingface.co", "ftp://mirror.test", "javascript:alert(1)", "https://a:b@mirror.test", "https://mirror.test/?x=1", "https://mirror.test/#x"])("is not %s", (address) => {
    expect(problemWithHub(address)).toMatch(/address/);
    expect(readSettings(writeSettings({ ...initialSettings, hub: address }))).toBeNull();
  }); // prettier-ignore

  it.each(["https://huggingface.co", "http://127.0.0.1:8080", "https://mirror.test/hub"])("may be %s", (address) => {
    expect(problemWithHub(address)).toBeNull();
  });
});
