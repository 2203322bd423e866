import { beforeEach, describe, expect, it, vi } from "vitest";
import { createApp } from "../../../src/store/app.ts";
import type { App } from "../../../src/store/app.ts";
import { createFakeTrainer } from "../fake-trainer.ts";
import type { FakeTrainer } from "../fake-trainer.ts";

let trainer: FakeTrainer;
let app: App;
const slice = () => app.store.getState().exports;

beforeEach(async () => {
  trainer = createFakeTrainer({ disagreeing: "one" });
  app = createApp(trainer, { quietMs: 0 });
  await app.actions.connect();
  await app.actions.model.load([{ path: "tiny/config.json", file: new Blob(["{}"]) }]);
  await app.actions.data.load("train", [{ path: "train.tsv", file: new Blob(["x"]) }]);
  await vi.waitUntil(() => app.store.getState().data.prepared !== null);
  app.actions.settings.setSeeds("1-2");
  await app.actions.run();
});

describe("exports", () => {
  it("knows after a run what the engine kept", () => {
    const kept = slice().runs.flatMap(({ run, problem }) => (problem === null ? [run] : []));
    expect(kept.sort()).toEqual(["one-seed1", "one-seed2", "plain-seed1", "plain-seed2"]);
    expect(slice().runs).toHaveLength(6);
    expect(slice().chosen).toEqual(["plain-seed2", "one-seed2"]);
  });

  it("packs, saves, and has the file checked", async () => {
    const saved: Blob[] = [];
    const making = app.actions.exports.make("plain-seed2", (zip) => saved.push(zip));
    expect(slice()).toMatchObject({ busy: "plain-seed2", step: "packing" });
    await app.actions.exports.make("one-seed2", (zip) => saved.push(zip));
    await making;
    expect(saved).toHaveLength(1);
    expect(slice().busy).toBeNull();
    expect(slice().opinions["plain-seed2"]).toMatchObject({ agrees: true });
    await app.actions.exports.make("one-seed2", () => undefined);
    expect(slice().opinions["one-seed2"]).toMatchObject({ agrees: false });
  });

  it("keeps the words of an export that fails, until the next one", async () => {
    await app.actions.exports.make("nobody-seed1", () => undefined);
    expect(slice()).toMatchObject({ busy: null, exportError: "The model of nobody-seed1 was not kept." });
    await app.actions.exports.make("plain-seed2", () => undefined);
    expect(slice().exportError).toBeNull();
  });

  it("asks the chosen runs, without exporting any first, and keeps the choice", async () => {
    app.actions.exports.choose("one-seed2", false);
    app.actions.exports.choose("plain-seed1", true);
    expect(slice().chosen).toEqual(["plain-seed1", "plain-seed2"]);
    await app.actions.exports.ask("first", "second");
    expect(trainer.calls.at(-1)).toBe("classify first | second plain-seed1 plain-seed2");
    expect(slice().asked).toMatchObject({ first: "first", second: "second" });
    expect(slice().asked?.answers.map(({ run }) => run)).toEqual(["plain-seed1", "plain-seed2"]);
    expect(slice().asking).toBe(false);
    await app.actions.exports.refresh();
    expect(slice().chosen).toEqual(["plain-seed1", "plain-seed2"]);
  });

  it("forgets all of it with the next run, and what was under way comes to nothing", async () => {
    await app.actions.exports.make("plain-seed2", () => undefined);
    const late = app.actions.exports.make("one-seed2", () => {
      throw new Error("nothing is saved of an experiment that is gone");
    });
    await Promise.all([app.actions.run(), late]);
    expect(slice()).toMatchObject({ busy: null, opinions: {}, asked: null, exportError: null });
    expect(slice().runs).toHaveLength(6);
  });
});
