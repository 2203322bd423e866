import { describe, expect, test } from "vitest";
import { sampleRows, sampleTasks } from "./sample-tasks.ts";
import type { SampleRow } from "./sample-tasks.ts";

const words = (text: string): readonly string[] => text.toLowerCase().match(/[a-z0-9']+/g) ?? [];

function sixes(row: SampleRow): ReadonlySet<string> {
  const runs = row.texts.flatMap((text) => {
    const list = words(text);
    return list.slice(5).map((_, index) => list.slice(index, index + 6).join(" "));
  });
  return new Set(runs);
}

const shares = (rows: readonly SampleRow[]): readonly number[] => {
  const labels = [...new Set(rows.map(({ label }) => label))];
  return labels.map((label) => rows.filter((row) => row.label === label).length / rows.length);
};

test("four tasks ship", () => {
  expect(sampleTasks.map(({ id }) => id)).toEqual(["sentiment", "topic", "paraphrase", "similarity"]);
});

describe.each(sampleTasks)("$id", ({ id, train: trainCount, dev: devCount }) => {
  const train = sampleRows(id, "train");
  const dev = sampleRows(id, "dev");
  const all = [...train, ...dev];

  test("has the rows that the index tells of, enough of them", () => {
    expect([train.length, dev.length]).toEqual([trainCount, devCount]);
    expect(train.length).toBeGreaterThanOrEqual(600);
    expect(dev.length).toBeGreaterThanOrEqual(200);
  });

  test("no sentence stands twice, and no two rows share a run of six words", () => {
    const texts = all.flatMap((row) => row.texts.map((text) => text.toLowerCase()));
    expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([]);
    const seen = new Set<string>();
    const shared: string[] = [];
    for (const row of all) {
      const runs = sixes(row);
      shared.push(...[...runs].filter((run) => seen.has(run)));
      for (const run of runs) seen.add(run);
    }
    expect(shared).toEqual([]);
  });

  test("dev is on subjects that training does not have", () => {
    const known = new Set(train.map(({ subject }) => subject));
    expect(known.has("")).toBe(false);
    expect(dev.filter(({ subject }) => known.has(subject))).toEqual([]);
    for (const rows of [train, dev]) expect(new Set(rows.map(({ subject }) => subject)).size).toBeGreaterThan(9);
  });

  test("a tenth of the rows are hard, and are marked", () => {
    for (const rows of [train, dev]) {
      const hard = rows.filter(({ note }) => note !== "").length / rows.length;
      expect(hard).toBeGreaterThan(0.09);
      expect(hard).toBeLessThan(0.2);
    }
  });

  test("labels are balanced; scores fill the scale", () => {
    for (const rows of [train, dev]) {
      if (id === "similarity") {
        const scores = rows.map(({ label }) => label);
        expect(scores.filter((score) => !/^(?:[0-4]\.[05]|5\.0)$/.test(score))).toEqual([]);
        const bands = [0, 1, 2, 3, 4, 5].map((band) => scores.filter((score) => Math.floor(Number(score)) === band));
        for (const band of bands) expect(band.length / rows.length).toBeGreaterThan(0.12);
      } else {
        const all = shares(rows);
        for (const share of all) expect(share).toBeCloseTo(1 / all.length, 1.5);
      }
    }
  });
});
