import { describe, expect, it, vi } from "vitest";
import type { App } from "../../../../src/store/app.ts";
import { cutOff, goingFirst } from "../../../../src/store/results/kept/kept.ts";
import { resultsInMemory, type ResultStore } from "../../../../src/store/results/kept/result-store.ts";
import { keptRunsOf, standingText } from "../../../../src/store/results/kept/standing.ts";
import { AppError } from "../../../../src/core/errors.ts";
import { gate, notices, ready } from "../../bench.ts";

import { idOf, keptIn, listed, over } from "./visits.ts";

/** An app whose experiment is cut off when one of its six runs has ended; its tab is gone. */
async function cut(shared: ResultStore): Promise<void> {
  const hold = gate();
  const { app } = await over({ ...shared, hold: () => Promise.resolve(() => {}) }, { pause: hold.pause });
  void app.actions.run();
  hold.pass(7);
  await vi.waitFor(() => expect(keptIn(app).items[0]).toMatchObject({ completed: 1, planned: 6, over: false }));
}

describe("an experiment that was cut off", () => {
  it("before its first run had ended or was saved is offered, and goes on", async () => {
    const shared = resultsInMemory();
    const hold = gate();
    const before = await over({ ...shared, hold: () => Promise.resolve(() => {}) }, { pause: hold.pause });
    void before.app.actions.run();
    hold.pass(3);
    await vi.waitFor(() => expect(before.app.store.getState().experiment.runs[0]).toMatchObject({ stepsDone: 16 }));
    const { app } = await over(shared);
    expect(cutOff(keptIn(app))).toMatchObject([{ name: "Result 1", completed: 0, planned: 6, runs: [] }]);
    await app.actions.goOn(idOf(app, "Result 1"));
    expect(notices(app)).toEqual([]);
    await vi.waitFor(() => expect(keptIn(app).items).toMatchObject([{ name: "Result 1", completed: 6, over: true }]));
    const whole = await ready();
    await whole.app.actions.run();
    const byId = (one: App) => [...one.archive.runs].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(byId(app)).toEqual(byId(whole.app));
  });

  it("by a person before its first step leaves nothing, however long storage takes", async () => {
    const writing = gate();
    const shared = resultsInMemory();
    const done: string[] = [];
    const write: ResultStore["write"] = async (...given) => {
      await writing.pause();
      await shared.write(...given);
      done.push("written");
    };
    const remove: ResultStore["remove"] = async (id) => {
      await shared.remove(id);
      done.push("removed");
    };
    const hold = gate();
    const { app } = await over({ ...shared, write, remove }, { pause: hold.pause });
    const run = app.actions.run();
    await vi.waitFor(() => expect(app.store.getState().experiment.phase).not.toBeNull());
    const stopped = app.actions.experiment.stop();
    hold.pass(1000);
    await Promise.all([run, stopped]);
    writing.pass(1000);
    await vi.waitFor(() => expect(done.toSorted()).toEqual(["removed", "written"]));
    expect([await shared.list(), keptIn(app).shown]).toEqual([[], null]);
  });

  it("is offered on the next visit, and goes on to the same result", async () => {
    const shared = resultsInMemory();
    await cut(shared);
    const whole = await ready();
    await whole.app.actions.run();
    const { app } = await over(shared);
    expect(cutOff(keptIn(app))).toMatchObject([{ name: "Result 1", completed: 1, planned: 6 }]);
    const { seedsText } = app.store.getState().settings;
    app.actions.settings.setSeeds("9");
    await app.actions.goOn(idOf(app, "Result 1"));
    expect(notices(app)).toEqual([]);
    // The settings are those that it was begun with.
    expect(app.store.getState().settings.seedsText).toBe(seedsText);
    const byId = (one: App) => app.archive && [...one.archive.runs].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(byId(app)).toEqual(byId(whole.app));
    await vi.waitFor(() => expect(keptIn(app).items).toMatchObject([{ name: "Result 1", completed: 6, over: true }]));
    expect(cutOff(keptIn(app))).toEqual([]);
  });

  it("is not offered while another tab runs it, nor when a person left it", async () => {
    const shared = resultsInMemory();
    await cut(shared);
    const { app } = await over(shared);
    const release = await shared.hold(idOf(app, "Result 1"));
    await app.actions.kept.load();
    expect([cutOff(keptIn(app)), goingFirst(keptIn(app))]).toEqual([[], []]);
    release?.();
    await app.actions.kept.change(idOf(app, "Result 1"), { over: true });
    expect(cutOff(keptIn(app))).toEqual([]);
    expect(goingFirst(keptIn(app))).toHaveLength(1);
  });

  it("that another tab has taken up in the meantime is kept beside it", async () => {
    const shared = resultsInMemory();
    await cut(shared);
    const { app } = await over(shared);
    await shared.hold(idOf(app, "Result 1"));
    await app.actions.goOn(idOf(app, "Result 1"));
    await listed(app, ["Result 2", "Result 1"]);
    expect(keptIn(app).items.map(({ completed }) => completed)).toEqual([6, 1]);
  });
});

/** An app whose experiment is cut off with one run finished and one saved at its sixteenth step of forty. */
async function cutWithin(shared: ResultStore): Promise<void> {
  const hold = gate();
  const { app } = await over({ ...shared, hold: () => Promise.resolve(() => {}) }, { pause: hold.pause });
  void app.actions.run();
  hold.pass(8);
  await vi.waitFor(() => expect(app.store.getState().experiment.runs[1]).toMatchObject({ stepsDone: 16 }));
  app.actions.experiment.save();
  await vi.waitFor(() => expect(keptIn(app).items[0]).toMatchObject({ completed: 1, runs: [{ step: 16 }] }));
}

describe("a run under way", () => {
  const standing = { run: "one-seed1", step: 16, stepCount: 40, watched: false };

  it("is there on the next visit, goes on from its last step, and is gone when it has ended", async () => {
    const shared = resultsInMemory();
    await cutWithin(shared);
    const whole = await ready();
    await whole.app.actions.run();
    const hold = gate();
    const { app, trainer } = await over(shared, { pause: hold.pause });
    expect(cutOff(keptIn(app))).toMatchObject([{ completed: 1, planned: 6, runs: [standing] }]);
    const going = app.actions.goOn(idOf(app, "Result 1"));
    // Half of what is left of it, and it is still there.
    hold.pass(3);
    await vi.waitFor(() =>
      expect(app.store.getState().experiment.runs.find(({ id }) => id === standing.run)?.stepsDone).toBe(32),
    );
    expect(trainer.calls.find((call) => call.startsWith("grow"))).toMatch(/, one-seed1 from step 16$/);
    expect(keptIn(app).items[0]?.runs).toMatchObject([standing]);
    hold.pass(1);
    await vi.waitFor(() => expect(keptIn(app).items[0]).toMatchObject({ completed: 2, runs: [] }));
    hold.pass(1000);
    await going;
    expect(notices(app)).toEqual([]);
    const byId = (one: App) => [...one.archive.runs].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(byId(app)).toEqual(byId(whole.app));
  });

  it("is there where the engine ended under it, and goes on from there", async () => {
    const hold = gate();
    const failing = { run: 1, error: new AppError("device-lost", "The engine stopped working."), whole: true };
    const { app, trainer } = await over(resultsInMemory(), { pause: hold.pause, failing });
    const run = app.actions.run();
    hold.pass(8);
    await vi.waitFor(() => expect(app.store.getState().experiment.runs[1]).toMatchObject({ stepsDone: 16 }));
    app.actions.experiment.save();
    await vi.waitFor(() => expect(keptIn(app).items[0]?.runs).toMatchObject([standing]));
    hold.pass(1000);
    await run;
    await vi.waitFor(() => expect(keptIn(app).items[0]).toMatchObject({ completed: 1, over: false, held: false }));
    expect(keptIn(app).items[0]?.runs).toMatchObject([standing]);
    await app.actions.grow.rest();
    expect(trainer.calls.findLast((call) => call.startsWith("grow"))).toMatch(/, one-seed1 from step 16$/);
  });

  it("is there where it lost its GPU, and others went on", async () => {
    const hold = gate();
    const failing = { run: 1, error: new AppError("device-lost", "The GPU went away."), whole: false };
    const { app } = await over(resultsInMemory(), { pause: hold.pause, failing });
    const run = app.actions.run();
    hold.pass(8);
    await vi.waitFor(() => expect(app.store.getState().experiment.runs[1]).toMatchObject({ stepsDone: 16 }));
    app.actions.experiment.save();
    hold.pass(7);
    await vi.waitFor(() => expect(keptIn(app).items[0]).toMatchObject({ completed: 2, runs: [standing] }));
    hold.pass(1000);
    await run;
  });

  it("goes with its experiment: where a person leaves it as it is, deletes it, or stops it", async () => {
    for (const leave of ["change", "remove", "stop"] as const) {
      const shared = resultsInMemory();
      await cutWithin(shared);
      const hold = gate();
      const { app } = await over(shared, { pause: hold.pause });
      const id = idOf(app, "Result 1");
      if (leave === "change") await app.actions.kept.change(id, { over: true });
      else if (leave === "remove") await app.actions.kept.remove(id);
      else {
        const going = app.actions.goOn(id);
        hold.pass(2);
        await vi.waitFor(() => expect(app.store.getState().experiment.status).toBe("running"));
        await app.actions.experiment.stop();
        hold.pass(1000);
        await going;
      }
      await vi.waitFor(async () => expect([leave, await shared.readRuns(id)]).toEqual([leave, []]));
    }
  });

  it("that storage has no room for is told in a line, and the experiment comes to its end", async () => {
    const shared = resultsInMemory();
    const writeRun = () => Promise.reject(new AppError("no-space", "This browser's storage is full."));
    const hold = gate();
    const { app } = await over({ ...shared, writeRun }, { pause: hold.pause });
    const run = app.actions.run();
    hold.pass(3);
    await vi.waitFor(() => expect(app.store.getState().experiment.runs[0]).toMatchObject({ stepsDone: 16 }));
    app.actions.experiment.save();
    await vi.waitFor(() =>
      expect(keptIn(app).unsaved).toBe(
        "The run under way is not saved, so that after a reload it would begin anew. This browser's storage is full.",
      ),
    );
    hold.pass(1000);
    await run;
    expect(notices(app)).toEqual([]);
    await vi.waitFor(() => expect(keptIn(app).items[0]).toMatchObject({ completed: 6, over: true }));
  });

  it("is not written once it has ended, however long storage takes", async () => {
    const shared = resultsInMemory();
    const writing = gate();
    const write: ResultStore["write"] = async (head, file, ended) => {
      await writing.pause();
      await shared.write(head, file, ended);
    };
    const hold = gate();
    const { app } = await over({ ...shared, write }, { pause: hold.pause });
    const run = app.actions.run();
    hold.pass(3);
    await vi.waitFor(() => expect(app.store.getState().experiment.runs[0]).toMatchObject({ stepsDone: 16 }));
    app.actions.experiment.save();
    hold.pass(4);
    await vi.waitFor(() => expect(app.store.getState().experiment.runs[0]).toMatchObject({ status: "completed" }));
    writing.pass(1000);
    await vi.waitFor(() => expect(keptIn(app).items[0]).toMatchObject({ completed: 1, over: false }));
    hold.pass(1);
    await vi.waitFor(() => expect(app.store.getState().experiment.runs[1]).toMatchObject({ stepsDone: 16 }));
    expect(await shared.readRuns(idOf(app, "Result 1"))).toEqual([]);
    hold.pass(1000);
    await run;
  });

  it("that is none is left out of what is offered", () => {
    const good = { run: "a", step: 3, stepCount: 9, watched: false, sizeBytes: 1 };
    expect(keptRunsOf([null, {}, { ...good, step: 0 }, { ...good, step: 1.5 }, good])).toEqual([good]);
    expect(standingText([])).toBe("");
    expect(standingText([good])).toBe(", one stands at step 3 of 9");
    expect(standingText([good, { ...good, step: 4 }])).toBe(", 2 stand at steps 3 of 9, 4 of 9");
  });
});
