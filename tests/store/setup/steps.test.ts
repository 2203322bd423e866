import { describe, expect, it, vi } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { bench } from "../bench.ts";

const file = (path: string) => [{ path, file: new Blob(["x"]) }];

describe("the steps of the set-up", () => {
  it("fold when they are done, and the next one opens", async () => {
    const { app } = await bench();
    const open = () => app.store.getState().view.openSteps;
    expect(open()).toEqual(["model"]);
    await app.actions.model.load(file("tiny/config.json"));
    expect(open()).toEqual(["data"]);
    await app.actions.data.load("train", file("train.tsv"));
    await vi.waitFor(() => expect(app.store.getState().data.prepared).not.toBeNull());
    // A dev table may yet come.
    expect(open()).toEqual(["data"]);
    await app.actions.data.load("dev", file("dev.tsv"));
    await vi.waitFor(() => expect(open()).toEqual(["methods"]));
  });

  it("stay as a person left them while what they hold is changed", async () => {
    const { app } = await bench();
    await app.actions.model.load(file("tiny/config.json"));
    await app.actions.data.load("train", file("train.tsv"));
    await app.actions.data.load("dev", file("dev.tsv"));
    await vi.waitFor(() => expect(app.store.getState().view.openSteps).toEqual(["methods"]));
    app.actions.view.change({ openSteps: ["data", "training"] });
    app.actions.settings.setTrainingValue("maxLength", 32);
    await vi.waitFor(() => expect(app.store.getState().data.prepared).toBeNull());
    await vi.waitFor(() => expect(app.store.getState().data.prepared).not.toBeNull());
    expect(app.store.getState().view.openSteps).toEqual(["data", "training"]);
  });

  it("open where an error is told", async () => {
    const { app } = await bench();
    app.actions.view.change({ openSteps: [] });
    app.actions.notices.report("plan", new AppError("bad-settings", "No plan."));
    expect(app.store.getState().view.openSteps).toEqual(["experiment"]);
    app.actions.notices.report("run", new AppError("bad-settings", "No run."));
    expect(app.store.getState().view.openSteps).toEqual(["experiment"]);
  });
});
