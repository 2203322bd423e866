import { describe, expect, it, vi } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { createApp } from "../../src/store/app.ts";
import { missingForRun } from "../../src/store/state.ts";
import { createFakeTrainer } from "./fake-trainer.ts";
import { bench, gate, modelFiles, notices, ready, table } from "./bench.ts";

const killed = () => new AppError("engine-lost", "The engine stopped working: its thread was ended.");
const fresh = ["restart", "catalog", "device", "loadModel", "loadTable train"];

describe("an engine whose thread ends", () => {
  it("while nothing goes on: it is started again with what it had, and that is said", async () => {
    const { app, trainer } = await ready();
    await app.actions.opened.open([...modelFiles]);
    expect(app.store.getState().opened.models).toHaveLength(1);
    const before = trainer.calls.length;
    trainer.dies(killed());
    expect(app.store.getState().engine.renewing).toBe(true);
    await vi.waitFor(() => expect(notices(app)).toEqual(["engine: engine-lost"]));
    expect(trainer.calls.slice(before, before + fresh.length)).toEqual(fresh);
    expect(app.store.getState().notices.items[0]?.message).toMatch(/ended\. It was started again, and has what/);
    expect(app.store.getState().data.prepared).not.toBeNull();
    expect(app.store.getState().engine.renewing).toBe(false);
    // What it had opened besides is gone with it.
    expect(app.store.getState().opened.models).toEqual([]);
  });

  it("in the middle of runs: what is on show stays, and the runs that are missing can be run", async () => {
    const { pause, pass } = gate();
    const error = killed();
    const { app, trainer } = await ready({ pause, failing: { run: 1, error, whole: true } });
    const running = app.actions.run();
    pass(1);
    await vi.waitFor(() => expect(app.store.getState().experiment.status).toBe("running"));
    trainer.dies(error);
    await new Promise((resolve) => setTimeout(resolve, 0));
    // It waits until the page has heard that its runs are lost.
    expect(trainer.calls.at(-1)).toBe("restart");
    pass(Number.POSITIVE_INFINITY);
    await running;
    const { experiment } = app.store.getState();
    expect([experiment.status, experiment.needsRestart]).toEqual(["failed", false]);
    expect(experiment.runs.map(({ status }) => status)).toEqual(["completed", "failed", ...Array(4).fill("stopped")]);
    // Also what the run said of each dev row, which no event but the file of it all tells.
    const said = Object.keys(app.archive.known.answers?.predictions ?? {});
    expect(said).toEqual([experiment.runs[0]?.id]);
    expect(app.archive.study).not.toBeNull();
    await vi.waitFor(() => expect(trainer.calls.filter((call) => call === "loadModel")).toHaveLength(2));
    await vi.waitFor(() => expect(app.store.getState().data.prepared).not.toBeNull());
    await vi.waitFor(() => expect(app.store.getState().engine.renewing).toBe(false));
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(notices(app)).toEqual(["run: engine-lost"]);
    await app.actions.grow.rest();
    expect(trainer.calls.find((call) => call.startsWith("grow"))?.split(" ")).toHaveLength(6);
  });

  it("again and again: after three times a person has to ask for it", async () => {
    const { app, trainer } = await ready();
    const restarts = () => trainer.calls.filter((call) => call === "restart").length;
    for (let count = 1; count <= 3; count++) {
      trainer.dies(killed());
      await vi.waitFor(() => expect(notices(app)).toEqual(["engine: engine-lost"]));
      expect(restarts()).toBe(count);
      app.actions.notices.dismiss(app.store.getState().notices.items[0]?.id ?? 0);
    }
    trainer.dies(killed());
    expect(app.store.getState().engine).toMatchObject({ status: "failed", reason: expect.stringMatching(/4 times/) });
    expect(restarts()).toBe(3);
    await app.actions.renew();
    expect([restarts(), app.store.getState().engine.status]).toEqual([4, "ready"]);
    // What is longer ago than ten minutes does not count.
    const now = performance.now();
    const clock = vi.spyOn(performance, "now").mockReturnValue(now + 600_001);
    trainer.dies(killed());
    await vi.waitFor(() => expect(restarts()).toBe(5));
    clock.mockRestore();
  });

  it("before it ever was ready is not started again and again", async () => {
    const { trainer } = await bench({ webgpu: false });
    trainer.dies(killed());
    expect(trainer.calls).not.toContain("restart");
  });

  it("and once more while the next one is given what it had: only the last one is ready", async () => {
    const made = createFakeTrainer();
    const loads: (() => void)[] = [];
    let free = true;
    const app = createApp(
      {
        ...made,
        loadModel: async (...given) => {
          if (!free) await new Promise<void>((resolve) => loads.push(resolve));
          return await made.loadModel(...given);
        },
      },
      { quietMs: 0 },
    );
    await app.actions.engine.connect();
    await app.actions.model.load(modelFiles);
    free = false;
    for (let count = 1; count <= 2; count++) {
      made.dies(killed());
      await vi.waitFor(() => expect(loads).toHaveLength(count));
    }
    loads[0]?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(app.store.getState().engine.renewing).toBe(true);
    loads[1]?.();
    await vi.waitFor(() => expect(app.store.getState().engine.renewing).toBe(false));
  });
});

it("a person may end an engine that does not answer, and goes on with another", async () => {
  const { app, trainer } = await ready();
  trainer.silent(true);
  expect(app.store.getState().engine.silent).toBe(true);
  trainer.silent(false);
  expect(app.store.getState().engine.silent).toBe(false);
  await app.actions.renew();
  expect(notices(app)).toEqual([]);
  await app.actions.model.load(modelFiles);
  await app.actions.data.load("train", [table]);
  expect(notices(app)).toEqual([]);
});

it("what the engine is busy with is cancelled, and tokenizing can be asked for again", async () => {
  const cancels: string[] = [];
  const made = createFakeTrainer({ cancels: (what) => void cancels.push(what) });
  let stopped = true;
  const app = createApp(
    {
      ...made,
      prepareData: (...given) =>
        stopped ? Promise.reject(new AppError("stopped", "It was cancelled.")) : made.prepareData(...given),
    },
    { quietMs: 0 },
  );
  await app.actions.engine.connect();
  await app.actions.model.load(modelFiles);
  await app.actions.data.load("train", [table]);
  await app.actions.cancel("data");
  await vi.waitFor(() => expect(app.store.getState().data.cancelled).toBe(true));
  expect([cancels, notices(app)]).toEqual([["data"], []]);
  expect(missingForRun(app.store.getState())).toContain("Reading the tables was cancelled.");
  stopped = false;
  await app.actions.prepare();
  const { data } = app.store.getState();
  expect([data.cancelled, data.prepared === null]).toEqual([false, false]);
});
