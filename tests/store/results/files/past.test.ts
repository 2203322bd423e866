import { describe, expect, it, vi } from "vitest";
import { gate, ready } from "../../bench.ts";

describe("results of this visit", () => {
  it("are kept when a run takes their place, and shown again as they were", async () => {
    const { app } = await ready();
    await app.actions.run();
    const before = app.archive.result();
    app.actions.settings.setSeeds("7");
    await app.actions.run();
    const [item] = app.store.getState().past.items;
    expect(item).toMatchObject({ name: "Result 1", pinned: false });
    await app.actions.past.show(item?.id ?? 0);
    expect(app.archive.result()?.runs).toEqual(before?.runs);
    expect(app.store.getState().experiment.sourceName).toBe("Result 1");
    // What was on show is kept in its turn, and the one on show is not there twice.
    expect(app.store.getState().past.items.map(({ name }) => name)).toEqual(["Result 2", "Result 1"]);
    await app.actions.past.show(app.store.getState().past.items[0]?.id ?? 0);
    expect(app.store.getState().past.items).toHaveLength(2);
  });

  it("are eight at most; a pinned one stays", async () => {
    const { app } = await ready();
    app.actions.settings.setSeeds("1");
    await app.actions.run();
    await app.actions.run();
    app.actions.past.change(1, { pinned: true, name: "The first" });
    for (let count = 0; count < 10; count++) await app.actions.run();
    const { items } = app.store.getState().past;
    expect(items).toHaveLength(8);
    expect(items.at(-1)?.name).toBe("The first");
    app.actions.past.remove(1);
    expect(app.store.getState().past.items).toHaveLength(7);
  });

  it("come back by Undo, which stops the run that took their place", async () => {
    const hold = gate();
    hold.pass(1000);
    const { app } = await ready({ pause: hold.pause });
    await app.actions.run();
    const runs = app.archive.result()?.runs.length;
    app.actions.settings.setSeeds("3");
    const second = app.actions.run();
    await vi.waitFor(() => expect(app.store.getState().past.replaced).toBe(1));
    await app.actions.past.undo();
    await second;
    expect(app.store.getState().experiment.sourceName).toBe("Result 1");
    expect(app.archive.result()?.runs).toHaveLength(runs ?? 0);
  });

  it("are kept on the way home, which shows the first screen", async () => {
    const { app } = await ready();
    await app.actions.run();
    app.actions.home();
    expect(app.store.getState().experiment.status).toBe("idle");
    expect(app.store.getState().past.items).toHaveLength(1);
  });
});

describe("memory", () => {
  it("is bounded by all that a result holds: answers count as steps do", async () => {
    const { app } = await ready();
    await app.actions.run();
    const result = app.archive.result();
    const items = () => app.store.getState().past.items.map(({ id }) => id);
    const answers = { kind: "classes", rowCount: 1, targets: "", predictions: {}, probabilities: { a: "x".repeat(30 * 2 ** 20) } } as const; // prettier-ignore
    if (result !== null) app.archive.load({ ...result, answers });
    for (let count = 0; count < 3; count++) app.actions.past.keep();
    expect(items()).toEqual([3, 2]);
    // What is about to be shown is not what makes room for what was on show.
    app.actions.past.remove(3);
    app.actions.past.keep();
    expect(items()).toEqual([4, 2]);
    await app.actions.past.show(2);
    expect(items()).toEqual([5, 2]);
    expect(app.store.getState().past.shown).toBe(2);
  });
});

describe("a result that is opened while a run goes on", () => {
  it("is refused, and leaves what is kept, laid side by side and on show as it was", async () => {
    const hold = gate();
    const { app } = await ready({ pause: hold.pause });
    hold.pass(1000);
    await app.actions.run();
    const file = new Blob([JSON.stringify(app.archive.result())]);
    app.actions.settings.setSeeds("3");
    const second = app.actions.run();
    await vi.waitFor(() => expect(app.store.getState().past.replaced).toBe(1));
    await app.actions.openResult(file, "a.json");
    await app.actions.openResults([file, file].map((one, index) => ({ file: one, name: `${index}.json` })));
    const { past, sweep, notices, experiment } = app.store.getState();
    expect(past).toMatchObject({ replaced: 1, shown: null, items: [{ id: 1 }] });
    expect(sweep.resultCount).toBe(0);
    expect(experiment.source).toBe("live");
    expect(notices.items.map(({ message }) => message)).toEqual([
      "A run is going on; stop it before opening another result.",
    ]);
    hold.pass(1000);
    await second;
  });
});
