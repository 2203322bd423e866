import { beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../../src/store/app.ts";
import { writeResult } from "../../../src/analysis/result-text.ts";
import { createFakeTrainer } from "../fake-trainer.ts";

/** A result file with this frozen share. */
async function fileOf(frozenShare: number, name: string) {
  const methods = [
    { id: "plain", values: { dropout: 0.1 } },
    { id: "one", values: { frozenShare } },
  ];
  const result = await createFakeTrainer().start(
    { methods, seeds: [1, 2], training: {}, grid: [], order: "sequential" as const },
    () => undefined,
  );
  return { name, result, file: new Blob([writeResult(result)]) };
}

describe("several results", () => {
  let low: Awaited<ReturnType<typeof fileOf>>;
  let high: Awaited<ReturnType<typeof fileOf>>;
  beforeAll(async () => {
    low = await fileOf(0.1, "low.json");
    high = await fileOf(0.5, "high.json");
  });
  const noticesOf = (app: ReturnType<typeof createApp>) =>
    app.store.getState().notices.items.map(({ message }) => message);

  it("shows the first, and keeps the runs of all to lay side by side", async () => {
    const app = createApp(createFakeTrainer(), { quietMs: 0 });
    await app.actions.openResults([low, high]);
    expect(app.store.getState().experiment).toMatchObject({ status: "finished", sourceName: "low.json" });
    expect(app.store.getState().sweep).toMatchObject({ resultCount: 2 });
    expect(app.store.getState().sweep.runs).toHaveLength(8);
    await app.actions.openResult(high.file, "high.json");
    expect(app.store.getState().sweep.runs).toEqual([]);
  });

  it("says what cannot be laid side by side, and shows the first all the same", async () => {
    const app = createApp(createFakeTrainer(), { quietMs: 0 });
    await app.actions.openResults([low, low]);
    expect(noticesOf(app)).toEqual([expect.stringContaining("differ in no number")]);
    expect(app.store.getState().experiment.sourceName).toBe("low.json");
    expect(app.store.getState().sweep.runs).toEqual([]);
  });

  it("lays results of several models or tasks out as a table, of which one is on show", async () => {
    const app = createApp(createFakeTrainer(), { quietMs: 0 });
    const { result } = low;
    const other = (name: string, change: Partial<typeof result.config>) => {
      const config = { ...result.config, ...change };
      return { name, file: new Blob([writeResult({ ...result, config })]) };
    };
    const model = { ...result.config.model, vocabularySize: 99 };
    await app.actions.openResults([low, other("task.json", { task: "triples" }), other("model.json", { model })]);
    expect(noticesOf(app)).toEqual([]);
    const { name } = model;
    const laid = () => app.store.getState().sweep.models.map((one) => [one.key, one.model, one.task]);
    const all = [
      ["low.json", name, "pairs"],
      ["task.json", name, "triples"],
      ["model.json", `${name} (2)`, "pairs"],
    ];
    expect(laid()).toEqual(all);
    expect(app.store.getState().sweep.runs).toEqual([]);
    expect(app.store.getState().experiment).toMatchObject({ sourceName: "low.json", config: { task: "pairs" } });
    await app.actions.showLaid("task.json");
    expect(app.store.getState().experiment).toMatchObject({ sourceName: "task.json", config: { task: "triples" } });
    expect(laid()).toEqual(all);
    await app.actions.openResults([low, high, other("model.json", { model })]);
    expect(noticesOf(app)).toEqual([expect.stringMatching(/^low\.json and high\.json are both of .* on pairs/)]);
  });

  it("opens none where one cannot be read", async () => {
    const app = createApp(createFakeTrainer(), { quietMs: 0 });
    await app.actions.openResults([low, { name: "x.json", file: new Blob(["{"]) }]);
    expect(noticesOf(app)).toEqual([expect.stringContaining("x.json is not JSON")]);
    expect(app.store.getState().experiment.status).toBe("idle");
  });
});
