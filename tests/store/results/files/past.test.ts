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
