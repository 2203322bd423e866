import { describe, expect, it } from "vitest";
import { writeResult } from "../../src/analysis/result-text.ts";
import { kindOfAll, rolesOf } from "../../src/store/take-files.ts";
import { createFakeTrainer } from "./fake-trainer.ts";
import { bench, notices, ready } from "./bench.ts";

const file = (path: string, text = "x") => ({ path, file: new Blob([text]) });
const plan = '{"version": 1, "name": "P", "methods": ["plain"], "seeds": "1"}';

describe("dropped files are told", () => {
  it.each([
    [
      "a model's folder, whatever lies beside",
      [file("m/config.json", "{}"), file("m/model.safetensors"), file("m/a.md")],
      "model",
    ],
    ["a model's .zip, by the names in it", [file("m.zip", "PK m/config.json m/model.safetensors")], "model"],
    ["an exported model's .zip", [file("m.zip", "PK m/config.json m/model.onnx")], "exported"],
    ["two tables", [file("train.tsv"), file("dev.parquet")], "table"],
    ["a spreadsheet and packed lines", [file("train.xlsx"), file("dev.jsonl.gz")], "table"],
    ["a .zip of neither", [file("rows.zip", "PK train.csv")], "table"],
    [
      "rows in JSON",
      [file("train.json", '[{"text": "a", "label": 1}]'), file("dev.json", '{"a": 1}\n{"a": 2}')],
      "table",
    ],
    ["a plan, whatever it is called", [file("mine.json", plan)], "plan"],
    ["results", [file("a.json", '{"config": {}, "runs": []}'), file("b.json", '{"config": {}, "runs": []}')], "result"],
  ] as const)("%s", async (_, files, kind) => {
    expect(await kindOfAll(files)).toBe(kind);
  });

  it.each([
    ["a picture", [file("cat.png")], "cat.png is not known: drop a model"],
    ["JSON of another kind", [file("x.json", "[1]")], "x.json is not known"],
    ["kinds that do not go together", [file("a.json", plan), file("train.tsv")], "of several kinds (plan, table)"],
  ] as const)("refuses %s", async (_, files, message) => {
    await expect(kindOfAll(files)).rejects.toThrow(message);
  });

  it("tables take their places by name, and one alone where there is room", () => {
    const [train, dev, other] = [file("x/train.tsv"), file("x/dev_matched.tsv"), file("rows.csv")];
    expect(rolesOf([dev, train], false)).toEqual([
      ["train", train],
      ["dev", dev],
    ]);
    expect(rolesOf([other], false)).toEqual([["train", other]]);
    expect(rolesOf([other], true)).toEqual([["dev", other]]);
    expect(rolesOf([dev], false)).toEqual([["dev", dev]]);
    expect(() => rolesOf([train, other], false)).toThrow("cannot be told from their names");
  });
});

describe("files dropped anywhere", () => {
  it("load model and tables, open plans and results", async () => {
    const { app } = await bench();
    await app.actions.takeFiles([file("tiny/config.json", "{}")]);
    expect(app.store.getState().model.model).not.toBeNull();
    await app.actions.takeFiles([file("dev.tsv"), file("train.tsv")]);
    expect(app.store.getState().data.train?.name).toBe("train.tsv");
    expect(app.store.getState().data.dev?.name).toBe("dev.tsv");
    await app.actions.takeFiles([file("p.json", plan)]);
    expect(app.store.getState().settings.planName).toBe("P");
    const run = {
      methods: [{ id: "plain", values: {} }],
      seeds: [1],
      training: {},
      grid: [],
      order: "sequential" as const,
    };
    const result = await createFakeTrainer().start(run, () => undefined);
    await app.actions.takeFiles([file("r.json", writeResult(result))]);
    expect(app.store.getState().experiment.sourceName).toBe("r.json");
    expect(notices(app)).toEqual([]);
  });

  it("are refused in words where they are not known", async () => {
    const { app } = await ready();
    await app.actions.takeFiles([file("cat.png")]);
    expect(notices(app)).toEqual(["result: bad-settings"]);
    await app.actions.takeFiles([file("a.json", plan), file("b.json", plan)]);
    expect(app.store.getState().notices.items[0]?.message).toBe("These 2 files are plans: drop one of them.");
  });
});
