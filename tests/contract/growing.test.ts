import { describe, expect, test } from "vitest";
import { missingToGrow, sameModel } from "../../src/contract/growing.ts";
import type { ConfigRecord } from "../../src/contract/run.ts";
import { model } from "../store/fake-records.ts";

const config: ConfigRecord = {
  model,
  rows: {
    train: { kind: "file", name: "RTE/train.tsv" },
    dev: { kind: "file", name: "RTE/dev.tsv" },
    split: null,
    sample: { count: 500, of: 2490, seed: 1 },
  },
  task: "rte",
  labels: ["entailment", "not_entailment"],
  trainCount: 500,
  devCount: 277,
  transfers: [],
  plan: { methods: [], seeds: [1], training: {}, grid: [], order: "sequential" },
};
const rows = config.rows ?? { train: { kind: "file", name: "" }, dev: null, split: null, sample: null };

describe("what must be loaded to add to a result", () => {
  test("nothing, where model and rows are the same; folders do not count", () => {
    const moved = { ...config, rows: { ...rows, train: { kind: "file" as const, name: "train.tsv" } } };
    expect(missingToGrow(config, moved)).toEqual([]);
    expect(missingToGrow({ ...config, rows: null }, moved)).toEqual([]);
  });

  test("the model, by what it is and what was done to it", () => {
    const other = { ...config, model: { ...model, name: "bert-mini", hiddenSize: 256 } };
    expect(missingToGrow(config, other)).toEqual(["load the model bert_uncased_L-2_H-128_A-2 (loaded: bert-mini)"]);
    const hub = (commit: string) => ({
      ...model,
      source: { kind: "hub" as const, id: "a/b", revision: "main", commit },
    });
    expect(sameModel(hub("1"), hub("2"))).toBe(false);
    expect(sameModel(hub("1"), model)).toBe(true);
  });

  test("the rows, by file, sample and count", () => {
    const all = { ...config, rows: { ...rows, sample: null }, trainCount: 2490 };
    const [problem, ...more] = missingToGrow(config, all);
    expect(more).toEqual([]);
    expect(problem).toContain("500 of 2,490 drawn by seed 1, task rte, 500 train and 277 dev rows");
    expect(problem).toContain("(loaded: train.tsv, dev.tsv, task rte, 2,490 train and 277 dev rows)");
  });

  test("the sets of other sources", () => {
    const set = {
      name: "SNLI",
      source: { kind: "file" as const, name: "snli" },
      rowCount: 1000,
      labels: [],
      mapping: null,
    };
    expect(missingToGrow({ ...config, transfers: [set] }, config)).toEqual([
      "score on the same sets of other sources: SNLI, 1,000 rows",
    ]);
  });
});

test("another sample task is named", () => {
  const of = (id: string) => ({ ...config, rows: { ...rows, train: { kind: "sample" as const, id } } });
  expect(missingToGrow(of("topic"), of("topic"))).toEqual([]);
  expect(missingToGrow(of("topic"), of("sentiment"))).toEqual([expect.stringMatching(/the sample task topic/)]);
});
