import { beforeAll, describe, expect, it, vi } from "vitest";
import { createApp } from "../../../src/store/app.ts";
import type { App } from "../../../src/store/app.ts";
import { fromBase64 } from "../../../src/core/base64.ts";
import { writeResult } from "../../../src/analysis/result-text.ts";
import { createFakeTrainer } from "../fake-trainer.ts";
import type { FakeTrainer } from "../fake-trainer.ts";

let trainer: FakeTrainer;
let app: App;
const slice = () => app.store.getState().cases;
const records = () => app.store.getState().experiment.cases;

beforeAll(async () => {
  trainer = createFakeTrainer();
  app = createApp(trainer, { quietMs: 0 });
  await app.actions.connect();
  await app.actions.model.load([{ path: "tiny/config.json", file: new Blob(["{}"]) }]);
  await app.actions.data.load("train", [{ path: "train.tsv", file: new Blob(["x"]) }]);
  await vi.waitUntil(() => app.store.getState().data.prepared !== null);
  app.actions.settings.setSeeds("1-3");
  await app.actions.run();
});

describe("cases", () => {
  it("lists after a run what the method with most wins won, a page of it with its texts", () => {
    const most = Math.max(...records().map(({ wins }) => wins.length));
    const { list, rows, rowCount } = slice();
    expect(list.kind).toBe("wins");
    expect(rowCount).toBe(most);
    expect(rows).toHaveLength(10);
    const own = records().find(({ method }) => "method" in list && method === list.method);
    expect(rows.map(({ row }) => row)).toEqual(own?.wins.slice(0, 10));
    for (const { text, target, answers } of rows) {
      // The fake writes the label into its text: a row got its own.
      expect(text?.first).toContain(`(${target})`);
      expect(answers.map(({ method }) => method)).toEqual(records().map(({ method }) => method));
      expect(answers.find(({ method }) => method === own?.method)).toMatchObject({ easy: true, said: target });
      expect(answers.find(({ method }) => method === own?.reference)?.easy).toBe(false);
    }
  });

  it("turns pages, and fetches the texts of these rows only", async () => {
    await app.actions.cases.show({ kind: "all" }, 27);
    expect(slice()).toMatchObject({ page: 27, rowCount: 277 });
    expect(slice().rows.map(({ row }) => row)).toEqual([270, 271, 272, 273, 274, 275, 276]);
    expect(trainer.calls.at(-1)).toBe("devExamples 270 271 272 273 274 275 276");
  });

  it("keeps the list where a later choice overtook the texts", async () => {
    const early = app.actions.cases.show({ kind: "easy" });
    await app.actions.cases.show({ kind: "hard" });
    await early;
    expect(slice().list.kind).toBe("hard");
    expect(slice().rows.every(({ answers }) => answers.every(({ easy }) => easy === false))).toBe(true);
  });

  it("lists the rows of a matrix's cell, of one run or of any, first those of most runs", async () => {
    const { answers } = app.archive.known;
    const bytes = (text: string | undefined): readonly number[] => [...(fromBase64(text ?? "") ?? [])];
    const targets = bytes(answers?.targets);
    const said = [1, 2, 3].map((seed) => bytes(answers?.predictions[`two-seed${seed}`]));
    const rowsOf = (runs: readonly (readonly number[])[]) =>
      targets.flatMap((target, row) => (target === 1 && runs.some((one) => one[row] === 0) ? [row] : []));
    await app.actions.cases.show({ kind: "cell", method: "two", run: "two-seed2", target: 1, said: 0 });
    expect(slice().rowCount).toBe(rowsOf(said.slice(1, 2)).length);
    await app.actions.cases.show({ kind: "cell", method: "two", run: null, target: 1, said: 0 });
    expect(slice().rowCount).toBe(rowsOf(said).length);
    const wrong = slice().rows.map(({ answers: own }) => own.find(({ method }) => method === "two")?.right);
    expect(wrong).toEqual([...wrong].sort((left, right) => Number(left) - Number(right)));
  });

  it("narrows a list by who got a row right, and by its texts", async () => {
    await app.actions.cases.show({ kind: "all" });
    await app.actions.cases.narrow({ verdict: { method: "two", right: false } });
    const easyFor = () => slice().rows.map(({ answers }) => answers.find(({ method }) => method === "two")?.easy);
    expect(new Set(easyFor())).toEqual(new Set([false]));
    const { rowCount } = slice();
    await app.actions.cases.narrow({ text: "LIBRARY" });
    expect(trainer.calls).toContain("findExamples LIBRARY");
    expect(slice().rowCount).toBeGreaterThan(0);
    expect(slice().rowCount).toBeLessThan(rowCount);
    expect(slice().rows.every(({ text }) => text?.first.includes("library"))).toBe(true);
    expect(new Set(easyFor())).toEqual(new Set([false]));
    await app.actions.cases.narrow({ verdict: null, text: "" });
    expect(slice().rowCount).toBe(277);
  });

  it("shows a result from a file without texts, and without asking for any", async () => {
    const result = app.archive.result();
    if (result === null) throw new Error("there is no result");
    const other = createApp(createFakeTrainer(), { quietMs: 0 });
    await other.actions.openResult(new Blob([writeResult(result)]), "result.json");
    expect(other.store.getState().experiment.cases).toEqual(records());
    expect(other.store.getState().cases.rows[0]).toMatchObject({ text: null });
    const { answers: _, ...old } = result;
    await other.actions.openResult(new Blob([JSON.stringify(old)]), "old.json");
    expect(other.store.getState().experiment.cases).toEqual([]);
    expect(other.store.getState().cases.rows).toEqual([]);
  });
});
