import { beforeEach, describe, expect, it, vi } from "vitest";
import { asTheFileSays } from "../../../src/contract/reading.ts";
import { AppError } from "../../../src/core/errors.ts";
import { createApp, type App } from "../../../src/store/app.ts";
import { missingForRun } from "../../../src/store/state.ts";
import { ready } from "../bench.ts";
import { createFakeTrainer, type FakeTrainer } from "../fake-trainer.ts";

let trainer: FakeTrainer;
let app: App;
const slice = () => app.store.getState().prediction;
const file = (path: string, text = "x") => [{ path, file: new Blob([text]) }];

beforeEach(async () => {
  trainer = createFakeTrainer();
  app = createApp(trainer, { quietMs: 0 });
  await app.actions.connect();
});

describe("predicting a file", () => {
  it("reads it as the model would, asks the model, and has the file to save", async () => {
    await app.actions.prediction.load(file("test.tsv"), "plain-seed1");
    expect(slice()).toMatchObject({ model: "plain-seed1", mapping: { first: 1, second: null, label: null } });
    const going = app.actions.prediction.start();
    expect(slice().progress).toEqual({ done: 0, total: 12 });
    await going;
    expect(trainer.calls.slice(-2)).toEqual(["predictionInput test.tsv plain-seed1", "predictFile plain-seed1"]);
    expect(slice()).toMatchObject({ progress: null, error: null, result: { rowCount: 12, score: null } });
    expect(await slice().result?.file.text()).toContain("index\tprediction");
  });

  it("reads it again for another model, and asks for columns that are not clear", async () => {
    await app.actions.prediction.load(file("unclear.tsv"), "plain-seed1");
    expect(slice().mapping).toBeNull();
    await app.actions.prediction.start();
    expect(trainer.calls.at(-1)).toBe("predictionInput unclear.tsv plain-seed1");
    app.actions.prediction.map({ first: 1, second: null, label: 0 });
    await app.actions.prediction.start();
    expect(slice().result?.score?.rowCount).toBe(12);
    await app.actions.prediction.choose("one-seed1");
    expect(trainer.calls.at(-1)).toBe("predictionInput the same one-seed1");
    expect(slice()).toMatchObject({ model: "one-seed1", result: null });
  });

  it("reads it again another way, and that way for another model; a new file as it says itself", async () => {
    await app.actions.prediction.load(file("test.tsv"), "plain-seed1");
    const choice = { ...asTheFileSays, header: false };
    await app.actions.prediction.readAgain(choice);
    expect(trainer.calls.at(-1)).toBe("predictionInput test.tsv plain-seed1");
    expect(slice()).toMatchObject({ choice, input: { header: null, reading: [{ found: "no header" }] } });
    await app.actions.prediction.choose("one-seed1");
    expect(slice()).toMatchObject({ choice, input: { header: null } });
    await app.actions.prediction.load(file("other.tsv"), "one-seed1");
    expect(slice()).toMatchObject({ choice: asTheFileSays, input: { header: ["index", "sentence"] } });
  });

  it("says what is wrong with a file, and keeps the one before", async () => {
    await app.actions.prediction.load(file("test.tsv"), "plain-seed1");
    await app.actions.prediction.load(file("empty.tsv", ""), "plain-seed1");
    expect(slice()).toMatchObject({ error: "empty.tsv is empty.", loading: false, input: { name: "test.tsv" } });
  });

  it("stops without calling that an error", async () => {
    await app.actions.prediction.load(file("test.tsv"), "plain-seed1");
    let stop: (error: AppError) => void = () => undefined;
    vi.spyOn(trainer, "predictFile").mockImplementation(() => new Promise((_, refuse) => (stop = refuse)));
    const going = app.actions.prediction.start();
    await app.actions.prediction.stop();
    expect(slice().stopping).toBe(true);
    stop(new AppError("stopped", "The experiment was stopped."));
    await going;
    expect(slice()).toMatchObject({ progress: null, stopping: false, error: null, result: null });
  });

  it("stands in the way of a run, and is stopped where its model goes", async () => {
    await app.actions.prediction.load(file("test.tsv"), "plain-seed1");
    vi.spyOn(trainer, "predictFile").mockImplementation(() => new Promise(() => undefined));
    const stopped = vi.spyOn(trainer, "stop");
    void app.actions.prediction.start();
    expect(missingForRun(app.store.getState())).toContain("A file is being predicted; wait for it, or stop it.");
    expect(stopped).not.toHaveBeenCalled();
    app.actions.home();
    expect(stopped).toHaveBeenCalledOnce();
    expect(slice()).toMatchObject({ model: null, progress: null });
  });

  it("is gone with the run whose model it asked, and stays where that was opened", async () => {
    const made = await ready();
    await made.app.actions.run();
    const { prediction, openResult } = made.app.actions;
    const model = () => made.app.store.getState().prediction.model;
    const kept = new Blob([JSON.stringify(made.app.archive.result())]);
    await prediction.load(file("test.tsv"), "opened-1");
    await openResult(kept, "a.json");
    expect(model()).toBe("opened-1");
    await made.app.actions.run();
    await prediction.load(file("test.tsv"), "plain-seed1");
    await openResult(kept, "a.json");
    expect(model()).toBeNull();
  });

  it("forgets it with an engine that is thrown away", async () => {
    await app.actions.prediction.load(file("test.tsv"), "plain-seed1");
    await app.actions.startAgain();
    expect(slice()).toMatchObject({ model: null, input: null });
  });
});
