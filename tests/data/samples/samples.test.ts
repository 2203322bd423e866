import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { recogniseTask } from "../../../src/data/recognise.ts";
import { Draw, sentenceOf } from "../../../src/data/samples/draw.ts";
import { sampleFiles } from "../../../src/data/samples/files.ts";
import { samples } from "../../../src/data/samples/index.ts";
import { makeSample, sampleCounts } from "../../../src/data/samples/sample.ts";
import { readTable } from "../../../src/data/table.ts";
import type { Table } from "../../../src/data/table.ts";

const splits = ["train", "dev"] as const;
const files = new Map(sampleFiles());

async function tableOf(id: string, split: "train" | "dev"): Promise<Table> {
  const path = `${id}/${split}.tsv`;
  return await readTable(new Blob([files.get(path) ?? ""]), path);
}

describe("the sample tasks", () => {
  it("are committed as the program makes them, byte for byte", () => {
    expect(files.size).toBe(2 * samples.length + 2);
    for (const [path, text] of files) {
      const committed = readFileSync(new URL(`../../../public/tasks/${path}`, import.meta.url));
      expect(committed.equals(Buffer.from(text)), `${path} differs: run dps samples --output public/tasks`).toBe(true);
    }
  });

  it("come out the same in any order", () => {
    for (const sample of samples.toReversed()) {
      expect(makeSample(sample).dev).toBe(files.get(`${sample.id}/dev.tsv`));
    }
  });
});

describe.each(samples.map((sample) => [sample.id, sample] as const))("%s", (id, sample) => {
  it.each(splits)("%s is recognised, and every line can be read", async (split) => {
    const table = await tableOf(id, split);
    const recognised = recogniseTask(table);
    expect(recognised?.task.id).toBe(sample.task);
    expect(table.skippedCount).toBe(0);
    expect(table.rows.length).toBe(sampleCounts[split]);
    for (const row of table.rows) {
      for (const column of [
        recognised?.mapping.first ?? 0,
        recognised?.mapping.second ?? recognised?.mapping.first ?? 0,
      ]) {
        expect(row[column]).toMatch(/^[A-Z0-9][ -~]*[.?!]$/);
        expect(row[column]).not.toMatch(/ {2}|undefined|null|\b(\w+) \1\b|\b[Aa] [aeiou]/);
      }
    }
  });

  it("has no text or pair of texts twice, in train and dev together, nor a text in two roles of one pair", async () => {
    const tables = await Promise.all(splits.map((split) => tableOf(id, split)));
    const texts = tables.flatMap((table) => {
      const mapping = recogniseTask(table)?.mapping;
      return table.rows.map((row) => [row[mapping?.first ?? 0] ?? "", row[mapping?.second ?? -1] ?? ""].sort());
    });
    expect(new Set(texts.map((pair) => pair.join("\t"))).size).toBe(sampleCounts.train + sampleCounts.dev);
    expect(texts.filter(([first, second]) => first === second)).toEqual([]);
  });

  it("holds in dev words that train lacks", async () => {
    const [train, dev] = await Promise.all(
      splits.map(async (split) => {
        const text = (await tableOf(id, split)).rows.map((row) => row.join(" ")).join(" ");
        return new Set(text.toLowerCase().match(/[a-z]{3,}/g));
      }),
    );
    const fresh = [...(dev ?? [])].filter((word) => train?.has(word) === false);
    expect(fresh.length).toBeGreaterThan(10);
  });
});

describe("labels", () => {
  const shareOfOnes = async (id: string, split: "train" | "dev", column: number): Promise<number> => {
    const { rows } = await tableOf(id, split);
    return rows.filter((row) => row[column] === "1").length / rows.length;
  };

  it.each(splits)("have the shares of the real tasks in %s", async (split) => {
    expect(await shareOfOnes("sentiment", split, 1)).toBe(0.5);
    expect(await shareOfOnes("acceptability", split, 1)).toBe(0.7);
    expect(Math.abs((await shareOfOnes("paraphrase", split, 0)) - 2 / 3)).toBeLessThan(0.002);
  });

  it("of similarity spread from 0 to 5", async () => {
    const { rows } = await tableOf("similarity", "train");
    const scores = rows.map((row) => Number(row.at(-1)));
    expect(scores.every((score) => score >= 0 && score <= 5)).toBe(true);
    for (const least of [0, 1, 2, 3, 4]) {
      const share =
        scores.filter((score) => score >= least && score < least + 1 + Number(least === 4)).length / scores.length;
      expect(share).toBeGreaterThan(0.1);
      expect(share).toBeLessThan(0.35);
    }
  });

  it("of acceptability have the linguists' star where they are 0", async () => {
    const { rows } = await tableOf("acceptability", "train");
    for (const [, label, mark] of rows) expect(mark).toBe(label === "0" ? "*" : "");
  });
});

describe("drawing", () => {
  const words = ["one", "two", "three", "four", "five"] as const;
  const drawn = (split: "train" | "dev"): ReadonlySet<string> => {
    const draw = new Draw(1, "words", split);
    return new Set(Array.from({ length: 400 }, () => draw.word(words)));
  };

  it("keeps the last fifth of an open list from train", () => {
    expect([...drawn("train")].sort()).toEqual(["four", "one", "three", "two"]);
    expect(drawn("dev").size).toBe(5);
  });

  it("spells a and an", () => {
    expect(sentenceOf("a owl and a cat saw a 8-1 win, a 18 percent loss and a 1800 metre run.")).toBe(
      "An owl and a cat saw an 8-1 win, an 18 percent loss and a 1800 metre run.",
    );
  });
});
