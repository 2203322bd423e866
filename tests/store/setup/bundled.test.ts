import { afterEach, describe, expect, it, vi } from "vitest";
import { sha256Of } from "../../../src/contract/sources/bundled.ts";
import { createApp } from "../../../src/store/app.ts";
import type { App } from "../../../src/store/app.ts";
import { createFakeTrainer } from "../fake-trainer.ts";
import type { FakeTrainer } from "../fake-trainer.ts";
import { messages, serve, shippedFiles } from "../shipped-files.ts";

async function bench(): Promise<{ readonly app: App; readonly trainer: FakeTrainer }> {
  const trainer = createFakeTrainer();
  const app = createApp(trainer, { quietMs: 0, modelsUrl: "https://page.test/models/" });
  await app.actions.connect();
  return { app, trainer };
}

afterEach(() => vi.unstubAllGlobals());

describe("bundled models", () => {
  it("are listed from the index, checked, and read like dropped files; the card stays where it is", async () => {
    const asked = serve(await shippedFiles());
    const { app, trainer } = await bench();
    expect(app.store.getState().bundled.items.map(({ id, license }) => [id, license])).toEqual([["small", "mit"]]);
    const loading = app.actions.bundled.load("small");
    expect(app.store.getState().bundled.loading).toBe("small");
    expect(await loading).toBe(true);
    expect(asked).toEqual(["models/index.json", "models/small/config.json", "models/small/model.safetensors"]);
    expect(trainer.calls).toContain("loadModel");
    const { bundled, model } = app.store.getState();
    expect([bundled.loading, model.model?.layerCount]).toEqual([null, 4]);
    expect(messages(app)).toEqual([]);
  });

  it.each([
    ["is missing", undefined, "was answered with status 404; this copy of the page is not complete"],
    ["is too short", "{", "small/config.json has 1 bytes; 2 were announced. The file was damaged"],
    ["is another", "[]", "small/config.json does not have the SHA-256 that was announced"],
  ])("are refused where a file %s, and the model that was there stays", async (_, text, wanted) => {
    const { ["models/small/config.json"]: before, ...others } = await shippedFiles();
    expect(before).toBe("{}");
    serve(text === undefined ? others : { ...others, "models/small/config.json": text });
    const { app, trainer } = await bench();
    await app.actions.model.load([{ path: "mine/config.json", file: new Blob(["{}"]) }]);
    const calls = trainer.calls.length;
    expect(await app.actions.bundled.load("small")).toBe(false);
    expect(trainer.calls.slice(calls)).not.toContain("loadModel");
    expect(messages(app)).toEqual([expect.stringMatching(/^model: /)]);
    expect(messages(app)[0]).toContain(wanted);
    expect(app.store.getState().model.revision).toBe(1);
  });

  it("say so when the page is offline", async () => {
    serve(await shippedFiles());
    const { app } = await bench();
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    expect(await app.actions.bundled.load("small")).toBe(false);
    expect(messages(app)[0]).toContain("could not be fetched. Check the connection and try again, or drop a model");
  });

  it("show their card, checked as well", async () => {
    const files = await shippedFiles();
    serve(files);
    const { app } = await bench();
    await app.actions.bundled.openCard("small");
    expect(app.store.getState().bundled.card).toEqual({ label: "Small", text: "# Small\n" });
    app.actions.bundled.closeCard();
    serve({ ...files, "models/small/README.md": "# Other\n" });
    await app.actions.bundled.openCard("small");
    expect(app.store.getState().bundled.card).toBeNull();
    expect(messages(app)[0]).toContain("SHA-256");
  });

  it.each([
    ["missing", {}, "text/plain"],
    ["a web page", { "models/index.json": "<!doctype html>" }, "text/html"],
    ["not JSON", { "models/index.json": "[" }, "text/plain"],
    ["of another shape", { "models/index.json": '[{"id":"../x"}]' }, "text/plain"],
  ])("are not offered where the index is %s", async (_, files: Readonly<Record<string, string>>, type) => {
    serve(files, type);
    const { app } = await bench();
    expect(app.store.getState().bundled.items).toEqual([]);
    expect(messages(app)).toEqual([]);
    expect(await app.actions.bundled.load("small")).toBe(false);
    expect(messages(app)[0]).toContain("ships without the model small");
  });

  it("are hashed as the index does it", async () => {
    expect(await sha256Of(new ArrayBuffer(0))).toMatch(/^e3b0c44298fc1c14/);
  });
});
