import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createApp } from "../../../src/store/app.ts";
import type { App } from "../../../src/store/app.ts";
import { sampleTasks } from "../../data/sample-tasks.ts";
import { createFakeTrainer } from "../fake-trainer.ts";
import type { FakeTrainer } from "../fake-trainer.ts";
import { messages, serve } from "../shipped-files.ts";

const index = readFileSync(new URL("../../../public/tasks/index.json", import.meta.url), "utf8");

async function bench(): Promise<{ readonly app: App; readonly trainer: FakeTrainer }> {
  const trainer = createFakeTrainer();
  const app = createApp(trainer, { quietMs: 0, samplesUrl: "https://page.test/" });
  await app.actions.connect();
  return { app, trainer };
}

afterEach(() => vi.unstubAllGlobals());

describe("sample tasks", () => {
  it("are listed from the index and read like dropped files", async () => {
    const asked = serve({ "index.json": index, "sentiment/train.tsv": "train", "sentiment/dev.tsv": "dev" });
    const { app, trainer } = await bench();
    const { items } = app.store.getState().samples;
    expect(items).toEqual(sampleTasks);
    const loading = app.actions.samples.load("sentiment");
    expect(app.store.getState().samples.loading).toBe("sentiment");
    await loading;
    expect(asked).toEqual(["index.json", "sentiment/train.tsv", "sentiment/dev.tsv"]);
    expect(trainer.calls).toEqual(expect.arrayContaining(["loadTable train", "loadTable dev"]));
    const { data, samples } = app.store.getState();
    expect(samples.loading).toBeNull();
    const source = { kind: "sample", id: "sentiment" };
    expect([data.trainSource, data.devSource]).toEqual([source, source]);
    expect([data.train?.name, data.dev?.name]).toEqual(["sentiment/train.tsv", "sentiment/dev.tsv"]);
    expect(messages(app)).toEqual([]);
  });

  it("leave earlier tables alone where a file is missing, and say which", async () => {
    serve({ "index.json": index, "sentiment/train.tsv": "train" });
    const { app, trainer } = await bench();
    await app.actions.data.load("train", [{ path: "mine.tsv", file: new Blob(["x"]) }]);
    const before = trainer.calls.length;
    await app.actions.samples.load("sentiment");
    expect(trainer.calls.slice(before)).not.toContain("loadTable train");
    expect(app.store.getState().data.train?.name).toBe("mine.tsv");
    expect(messages(app)).toEqual([
      "samples: https://page.test/sentiment/dev.tsv was answered with status 404; this copy of the page is not " +
        "complete. Reload it, or drop tables of your own.",
    ]);
    expect(app.store.getState().samples.loading).toBeNull();
  });

  it("say so when the page is offline", async () => {
    serve({ "index.json": index });
    const { app } = await bench();
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    await app.actions.samples.load("sentiment");
    expect(messages(app)[0]).toContain("could not be fetched. Check the connection");
  });

  it("only the last one asked for is read", async () => {
    serve({
      "index.json": index,
      "sentiment/train.tsv": "a",
      "sentiment/dev.tsv": "a",
      "similarity/train.tsv": "b",
      "similarity/dev.tsv": "b",
    });
    const { app } = await bench();
    await Promise.all([app.actions.samples.load("sentiment"), app.actions.samples.load("similarity")]);
    const { data, samples } = app.store.getState();
    expect([data.train?.name, data.dev?.name, samples.loading]).toEqual([
      "similarity/train.tsv",
      "similarity/dev.tsv",
      null,
    ]);
  });

  it.each([
    ["missing", {}, "text/plain"],
    ["a web page", { "index.json": "<!doctype html>" }, "text/html"],
    ["not JSON", { "index.json": "[" }, "text/plain"],
    [
      "of another shape",
      { "index.json": '[{"id":"../x","label":"x","description":"x","train":1,"dev":1}]' },
      "text/plain",
    ],
  ])("are not offered where the index is %s", async (_, files: Readonly<Record<string, string>>, type) => {
    serve(files, type);
    const { app } = await bench();
    expect(app.store.getState().samples.items).toEqual([]);
    expect(messages(app)).toEqual([]);
  });
});
