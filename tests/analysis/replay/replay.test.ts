import { readFileSync } from "node:fs";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { replayOf } from "../../../src/analysis/replay/replay.ts";
import { lastScores, recordedText, scenesOf } from "../../../src/analysis/replay/replay-text.ts";
import { readResult } from "../../../src/analysis/result-file.ts";
import { shippedResult } from "../../../src/analysis/replay/shipped-result.ts";
import type { Replay } from "../../../src/contract/replay.ts";
import type { ExperimentResult } from "../../../src/contract/run.ts";
import { replay as schema } from "../../../src/contract/schemas/replay.ts";
import { catalog } from "../../../src/experiment/catalog.ts";

const recorded = readResult(readFileSync("public/recorded/run.json", "utf8"), "run.json");
const task = catalog().tasks.find(({ id }) => id === recorded.config.task);
const metric = task?.metrics.find(({ primary }) => primary) ?? { id: "", label: "" };
const names = { task: task?.label ?? "", metric };
const replay = replayOf(recorded, names);

describe("the replay that ships", () => {
  test("is what the recorded run gives, and small", () => {
    const text = readFileSync("public/recorded/replay.json", "utf8");
    expect(v.parse(schema, JSON.parse(text))).toEqual(v.parse(schema, JSON.parse(JSON.stringify(replay))));
    expect(text.length).toBeLessThan(60_000);
  });

  test("has the last score of every run", () => {
    expect(replay.curves).toHaveLength(recorded.runs.length);
    for (const run of recorded.runs) {
      const score = run.evaluations.at(-1)?.scores[metric.id] ?? Number.NaN;
      const found = lastScores(replay, run.method).find(({ seed }) => seed === run.seed)?.score;
      expect(Math.abs((found ?? 0) - score)).toBeLessThan(1e-5);
    }
  });

  test("tells the very sentences of the recorded comparison", () => {
    const selecting = new Set(recorded.runs.filter(({ selections }) => selections.length > 0).map((run) => run.method));
    const sentences = recorded.comparisons
      .filter((one) => one.score === metric.id && selecting.has(one.method))
      .map(({ sentence }) => sentence);
    expect(sentences.length).toBeGreaterThan(0);
    expect(scenesOf(replay).at(-1)?.texts).toEqual(sentences);
  });

  test("lasts thirty seconds without a gap", () => {
    const scenes = scenesOf(replay);
    expect(scenes.map(({ id, from }) => [id, from])).toEqual([
      ["seeds", 0],
      ["curves", 3],
      ["swaps", 12],
      ["verdict", 20],
    ]);
    expect(scenes.map(({ to }) => to)).toEqual([...scenes.slice(1).map(({ from }) => from), 30]);
    expect(recordedText(replay)).toMatch(/4 methods × 10 seeds/);
  });
});

/** What the figures below are of: two layers of 100 selected weights each, of which each selection shares 80 and 60. */
function selectingTwice(overlaps: readonly number[]): ExperimentResult["runs"][number]["selections"] {
  const matrix = (layer: number, shared: number | null) => ({
    name: `layer.${layer}.weight`,
    layer,
    size: 200,
    kept: 100,
    threshold: 0,
    overlap: shared === null ? null : shared / (200 - shared),
  });
  return [null, ...overlaps].map((shared, cycle) => ({
    step: 4 * cycle + 4,
    cycle,
    matrices: [matrix(0, shared), matrix(1, shared)],
  }));
}

describe("what a run selected", () => {
  const run = recorded.runs.find(({ selections }) => selections.length > 0);
  const rest = recorded.runs.filter((one) => one !== run);
  if (run === undefined) throw new Error("The recorded run has no method that selects.");
  const played = (overlaps: readonly number[]): Replay =>
    replayOf({ ...recorded, runs: [{ ...run, selections: selectingTwice(overlaps) }, ...rest] }, names);

  test("is told as the share that was swapped, by counting", () => {
    const { selection } = played([80, 60]);
    expect(selection?.keptShare).toBe(0.5);
    expect(selection?.swapped).toEqual([
      { layer: 0, shares: [0.2, 0.4] },
      { layer: 1, shares: [0.2, 0.4] },
    ]);
  });

  test("is put in words that follow the figures", () => {
    const title = (overlaps: readonly number[]): string | undefined =>
      scenesOf(played(overlaps)).find(({ id }) => id === "swaps")?.title;
    expect(title([60, 80])).toBe("It settles, and is not random.");
    expect(title([50, 50])).toBe("It keeps moving, about as much as by chance.");
    expect(title([80, 20])).toBe("It moves more and more, more than by chance.");
  });
});

describe("the verdict", () => {
  const judged = (verdict: "better" | "worse" | "unclear"): string | undefined => {
    const comparisons = replay.comparisons.map((one, index) => ({
      ...one,
      verdict: index === 1 ? verdict : ("unclear" as const),
    }));
    return scenesOf({ ...replay, methods: replay.methods.map((one) => ({ ...one, selects: true })), comparisons }).at(
      -1,
    )?.title;
  };

  test("says plainly that nothing can be told, or which is better or worse", () => {
    const label = replay.methods.find(({ id }) => id === replay.comparisons[1]?.method)?.label;
    expect(judged("unclear")).toBe("No advantage that 10 seeds could show.");
    expect(judged("better")).toBe(`${label}: better than Vanilla.`);
    expect(judged("worse")).toBe(`${label}: worse than Vanilla.`);
  });
});

test("an experiment with a grid, or without a comparison, cannot be played", () => {
  expect(() => replayOf({ ...recorded, comparisons: [] }, names)).toThrow(/compares no methods/);
  const plan = { ...recorded.config.plan, grid: [{ field: "frozenShare", values: [0.1, 0.2] }] };
  expect(() => replayOf({ ...recorded, config: { ...recorded.config, plan } }, names)).toThrow(/varies a setting/);
});

describe("the masks of a run", () => {
  const run = recorded.runs.find(({ selections }) => selections.length > 1);
  if (run === undefined) throw new Error("The recorded run has no method that selects.");
  const name = "bert.encoder.layer.2.attention.self.value.weight";
  // Two heads of two rows and eight columns: a byte a row, another in every selection.
  const masks = run.selections.map((_, cycle) => btoa(String.fromCharCode(cycle, cycle + 100, 3, 4)));
  const matrix = { name, layer: 2, part: "value" as const, rows: 4, cols: 8 };
  const drawn = { unit: "weight" as const, share: 0.7 };
  const subnetwork = { drawn, headCount: 2, matrices: [matrix], snapshots: [], masks: [{ matrix: name, masks }] };
  const watched = { ...recorded, runs: recorded.runs.map((one) => (one.id === run.id ? { ...one, subnetwork } : one)) };

  test("are played as the rows of the first head", () => {
    const { selection } = replayOf(watched, names);
    expect(selection?.mask).toMatchObject({ layer: 2, part: "value", head: 0, rows: 2, cols: 8 });
    const bytes = selection?.mask?.bits.map((text) => Array.from(atob(text), (one) => one.charCodeAt(0)));
    expect(bytes).toEqual(run.selections.map((_, cycle) => [cycle, cycle + 100]));
  });

  test("ship with the first seed alone, and subnetworks with as many seeds as there is room for", () => {
    const both = { ...watched, runs: watched.runs.map((one) => ({ ...one, subnetwork })) };
    const read = (limit?: number) => readResult(shippedResult(both, limit), "shipped");
    const seedsWith = (part: (one: ExperimentResult["runs"][number]) => boolean, of: ExperimentResult): Set<number> =>
      new Set(of.runs.filter(part).map(({ seed }) => seed));
    const whole = read();
    const seeds = seedsWith(() => true, whole);
    expect(seedsWith((one) => one.subnetwork !== null, whole)).toEqual(seeds);
    expect(seedsWith((one) => (one.subnetwork?.masks.length ?? 0) > 0, whole)).toEqual(new Set([run.seed]));
    const size = shippedResult(both).length;
    const less = seedsWith((one) => one.subnetwork !== null, read(size - 1));
    expect(less.size).toBe(seeds.size - 1);
    expect(seedsWith((one) => one.subnetwork !== null, read(1)).size).toBe(0);
  });
});
