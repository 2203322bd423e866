import { describe, expect, it, vi } from "vitest";
import { goingFirst } from "../../../../src/store/results/kept/kept.ts";
import { resultsInMemory, type ResultStore } from "../../../../src/store/results/kept/result-store.ts";
import { AppError } from "../../../../src/core/errors.ts";
import { gate, notices, ready } from "../../bench.ts";
import { idOf, keptIn, listed, namesIn, over } from "./visits.ts";

describe("results", () => {
  it("are there when a run has ended, and shown again as they were", async () => {
    const { app } = await ready();
    await app.actions.run();
    await vi.waitFor(() => expect(keptIn(app).items[0]).toMatchObject({ completed: 6, planned: 6, over: true }));
    const before = app.archive.result();
    app.actions.settings.setSeeds("7");
    await app.actions.run();
    await listed(app, ["Result 2", "Result 1"]);
    await app.actions.kept.show(idOf(app, "Result 1"));
    expect(app.archive.result()?.runs).toEqual(before?.runs);
    expect(app.store.getState().experiment.sourceName).toBe("Result 1");
    // What was on show is there in its turn, and the one on show is not there twice.
    await app.actions.kept.show(idOf(app, "Result 2"));
    expect(namesIn(app)).toHaveLength(2);
  });

  it("come back by Undo, which stops the run that took their place", async () => {
    const hold = gate();
    hold.pass(1000);
    const { app } = await ready({ pause: hold.pause });
    await app.actions.run();
    await listed(app, ["Result 1"]);
    hold.shut();
    const runs = app.archive.result()?.runs.length;
    app.actions.settings.setSeeds("3");
    const second = app.actions.run();
    hold.pass(2);
    await vi.waitFor(() => expect(keptIn(app).replaced).toBe(idOf(app, "Result 1")));
    const undone = app.actions.kept.undo();
    hold.pass(1000);
    await undone;
    await second;
    expect(app.store.getState().experiment.sourceName).toBe("Result 1");
    expect(app.archive.result()?.runs).toHaveLength(runs ?? 0);
  });

  it("stay on the way home, which shows the first screen", async () => {
    const { app } = await ready();
    await app.actions.run();
    app.actions.home();
    expect(app.store.getState().experiment.status).toBe("idle");
    await listed(app, ["Result 1"]);
    expect(keptIn(app).shown).toBeNull();
  });

  it("are renamed, pinned, deleted, and had back", async () => {
    const { app } = await ready();
    await app.actions.run();
    await listed(app, ["Result 1"]);
    const id = idOf(app, "Result 1");
    await app.actions.kept.change(id, { name: "The first", pinned: true });
    expect(keptIn(app).items[0]).toMatchObject({ name: "The first", pinned: true });
    app.actions.home();
    await app.actions.kept.remove(id);
    expect(keptIn(app)).toMatchObject({ items: [], deleted: { head: { name: "The first" } } });
    await app.actions.kept.restore();
    expect(keptIn(app)).toMatchObject({ items: [{ id, name: "The first", pinned: true }], deleted: null });
    expect(await app.actions.kept.show(id)).toBe(true);
  });

  it("are compared when they differ in a setting, and said not to be where they do not", async () => {
    const { app } = await ready();
    await app.actions.run();
    await app.actions.run();
    await listed(app, ["Result 2", "Result 1"]);
    await app.actions.kept.compare(keptIn(app).items.map(({ id }) => id));
    expect(app.store.getState().notices.items[0]?.message).toMatch(/differ in no number/);
  });
});

describe("a start that is refused", () => {
  it("leaves what is on show and what is kept", async () => {
    const { app, trainer } = await ready();
    await app.actions.run();
    const before = app.archive.result();
    trainer.start = () => Promise.reject(new AppError("too-large", "It does not fit."));
    await app.actions.run();
    expect(notices(app)).toEqual(["run: too-large"]);
    expect(app.archive.result()).toEqual(before);
    expect(app.store.getState().experiment).toMatchObject({ status: "finished", source: "live" });
    await listed(app, ["Result 1"]);
  });
});

describe("storage", () => {
  it("that is refused is told in a line, and results last as long as the page", async () => {
    const { app } = await ready({}, () =>
      Promise.reject(new AppError("no-access", "This browser keeps no results here.")),
    );
    await app.actions.run();
    await listed(app, ["Result 1"]);
    expect(keptIn(app).refusal).toBe(
      "This browser keeps no results here: results last until the page is closed. Save result.json to keep one.",
    );
    expect(notices(app)).toEqual([]);
    expect(await app.actions.kept.show(idOf(app, "Result 1"))).toBe(true);
  });

  it("that fails later gives way to memory as well", async () => {
    const shared = resultsInMemory();
    const write = () => Promise.reject(new AppError("no-access", "This browser keeps no results here."));
    const { app } = await over({ ...shared, write });
    await app.actions.run();
    await listed(app, ["Result 1"]);
    expect(keptIn(app).refusal).toMatch(/last until the page is closed/);
  });

  it("that is full keeps what it has until a person lets the oldest go; a pinned one stays", async () => {
    const sized = resultsInMemory();
    const first = await over(sized);
    await first.app.actions.run();
    await listed(first.app, ["Result 1"]);
    const sizeBytes = keptIn(first.app).items[0]?.sizeBytes ?? 0;
    const { app } = await over(resultsInMemory(3.2 * sizeBytes));
    for (const seeds of ["1, 2", "1, 2", "1, 2"]) {
      app.actions.settings.setSeeds(seeds);
      await app.actions.run();
    }
    await listed(app, ["Result 3", "Result 2", "Result 1"]);
    await app.actions.kept.change(idOf(app, "Result 1"), { pinned: true });
    await app.actions.run();
    await vi.waitFor(() => expect(keptIn(app).waiting).toMatchObject([{ name: "Result 4" }]));
    // Nothing goes unasked: there is what had room, and what is on show is whole.
    expect(namesIn(app)).toEqual(expect.arrayContaining(["Result 3", "Result 2", "Result 1"]));
    expect(keptIn(app).items.find(({ name }) => name === "Result 4")?.completed ?? 0).toBeLessThan(6);
    expect(app.archive.result()?.runs).toHaveLength(6);
    expect(goingFirst(keptIn(app)).map(({ name }) => name)).toEqual(["Result 2"]);
    await app.actions.kept.makeRoom();
    expect(keptIn(app).waiting).toEqual([]);
    expect(namesIn(app)).toEqual(["Result 4", "Result 3", "Result 1"]);
    expect(keptIn(app).items[0]).toMatchObject({ completed: 6, over: true });
  });

  it("that is full takes what waits when a person deletes one; until then it keeps its name", async () => {
    const shared = resultsInMemory();
    let full = false;
    const write: ResultStore["write"] = (head, file, ended) =>
      full ? Promise.reject(new AppError("no-space", "Full.")) : shared.write(head, file, ended);
    const { app } = await over({ ...shared, write });
    await app.actions.run();
    await listed(app, ["Result 1"]);
    await app.actions.kept.change(idOf(app, "Result 1"), { pinned: true });
    full = true;
    await app.actions.run();
    await vi.waitFor(() => expect(keptIn(app).waiting).toHaveLength(1));
    expect(keptIn(app).waiting).toMatchObject([{ name: "Result 2" }]);
    expect(goingFirst(keptIn(app))).toEqual([]);
    full = false;
    await app.actions.kept.remove(idOf(app, "Result 1"));
    expect(keptIn(app).waiting).toEqual([]);
    expect(keptIn(app).items).toMatchObject([{ name: "Result 2", completed: 6, over: true }]);
  });

  it("may hold anything: a broken entry is shown as such and can be deleted, the others open", async () => {
    const shared = resultsInMemory();
    const { app } = await over(shared);
    await app.actions.run();
    await listed(app, ["Result 1"]);
    const { id: _, ...head } = keptIn(app).items[0] ?? { id: "" };
    const strange: readonly (readonly [string, unknown])[] = [
      ["none", null],
      ["text", "x"],
      ["long", { ...head, name: "x".repeat(1e6) }],
      ["never", { ...head, savedAt: 1e300 }],
      ["markup", { ...head, name: 7 }],
    ];
    const told = {
      ...shared,
      list: async () => [...(await shared.list()), ...strange.map(([id, one]) => ({ id, head: one, runs: [one] }))],
    };
    const plain = { about: "", savedAt: 1, pinned: false, completed: 1, planned: 1, over: true };
    await shared.write({ ...plain, id: "file", name: "No result" }, new Blob(["{}"]), []);
    const other = await over(told);
    expect(
      keptIn(other.app)
        .items.filter(({ broken }) => broken)
        .map(({ id }) => id),
    ).toEqual(strange.map(([id]) => id));
    expect(await other.app.actions.kept.show("file")).toBe(false);
    expect(notices(other.app)).toEqual(["result: bad-settings"]);
    expect(keptIn(other.app).items.find(({ id }) => id === "file")?.broken).toBe(true);
    await other.app.actions.kept.remove("file");
    expect(keptIn(other.app).items.some(({ id }) => id === "file")).toBe(false);
    expect(await other.app.actions.kept.show(idOf(other.app, "Result 1"))).toBe(true);
  });

  it("is that of all tabs: a name given in one stays when the other writes", async () => {
    const shared = resultsInMemory();
    const hold = gate();
    const { app } = await over(shared, { pause: hold.pause });
    const run = app.actions.run();
    hold.pass(7);
    await listed(app, ["Result 1"]);
    const other = await over(shared);
    await other.app.actions.kept.change(idOf(app, "Result 1"), { name: "Named elsewhere", pinned: true });
    hold.pass(1000);
    await run;
    await vi.waitFor(() =>
      expect(keptIn(app).items).toMatchObject([{ name: "Named elsewhere", pinned: true, completed: 6 }]),
    );
  });
});

describe("a result that is opened while a run goes on", () => {
  it("is refused, and leaves what is kept, laid side by side and on show as it was", async () => {
    const hold = gate();
    const { app } = await ready({ pause: hold.pause });
    hold.pass(1000);
    await app.actions.run();
    await listed(app, ["Result 1"]);
    hold.shut();
    const file = new Blob([JSON.stringify(app.archive.result())]);
    app.actions.settings.setSeeds("3");
    const second = app.actions.run();
    hold.pass(2);
    await vi.waitFor(() => expect(keptIn(app).replaced).toBe(idOf(app, "Result 1")));
    await app.actions.openResult(file, "a.json");
    await app.actions.openResults([file, file].map((one, index) => ({ file: one, name: `${index}.json` })));
    const { sweep, notices: told, experiment } = app.store.getState();
    expect(keptIn(app).replaced).toBe(idOf(app, "Result 1"));
    expect(sweep.resultCount).toBe(0);
    expect(experiment.source).toBe("live");
    expect(told.items.map(({ message }) => message)).toEqual([
      "A run is going on; stop it before opening another result.",
    ]);
    hold.pass(1000);
    await second;
  });

  it("is refused as well where the run began while it was read", async () => {
    const shared = resultsInMemory();
    const reading = gate();
    const hold = gate();
    hold.pass(1000);
    const read: ResultStore["read"] = async (id) => {
      await reading.pause();
      return await shared.read(id);
    };
    const { app } = await over({ ...shared, read }, { pause: hold.pause });
    for (const seeds of ["1", "2"]) {
      app.actions.settings.setSeeds(seeds);
      await app.actions.run();
    }
    await listed(app, ["Result 2", "Result 1"]);
    const shown = app.actions.kept.show(idOf(app, "Result 1"));
    hold.shut();
    app.actions.settings.setSeeds("3");
    const third = app.actions.run();
    hold.pass(2);
    await vi.waitFor(() => expect(keptIn(app).replaced).toBe(idOf(app, "Result 2")));
    reading.pass(1);
    expect(await shown).toBe(false);
    expect(keptIn(app).replaced).toBe(idOf(app, "Result 2"));
    expect(app.store.getState().experiment.source).toBe("live");
    hold.pass(1000);
    await third;
  });

  it("from a file is kept when something takes its place", async () => {
    const { app } = await ready();
    await app.actions.run();
    const file = new Blob([JSON.stringify(app.archive.result())]);
    await app.actions.openResult(file, "a.json");
    await listed(app, ["Result 1"]);
    await app.actions.run();
    await listed(app, ["Result 2", "a.json", "Result 1"]);
    expect(keptIn(app).replaced).toBe(idOf(app, "a.json"));
    const whole = app.archive.result();
    const runs = whole?.runs.map((run, index) => (index === 0 ? { ...run, status: "stopped" } : run));
    await app.actions.openResult(new Blob([JSON.stringify({ ...whole, runs })]), "b.json");
    await app.actions.kept.show(idOf(app, "Result 1"));
    await listed(app, ["b.json", "Result 2", "a.json", "Result 1"]);
    expect(keptIn(app).items.map(({ completed }) => completed)).toEqual([5, 6, 6, 6]);
    expect(keptIn(app).shown).toBe(idOf(app, "Result 1"));
  });
});
