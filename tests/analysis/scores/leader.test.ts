import { describe, expect, test } from "vitest";
import { leadersOf } from "../../../src/analysis/scores/leader.ts";
import type { ScoredRun } from "../../../src/analysis/scores/cell-scores.ts";
import type { Values } from "../../../src/contract/fields.ts";

/** Runs of one method, seeds from 1. */
function runsOf(
  method: string,
  scores: readonly (number | null)[],
  setting: Values = {},
  values: Values = {},
): ScoredRun[] {
  return scores.map((score, index) => ({
    method,
    label: method,
    setting,
    values,
    seed: index + 1,
    status: score === null ? "failed" : "completed",
    evaluations: score === null ? [] : [{ step: 1, epoch: 1, loss: 1, scores: { f1: score } }],
  }));
}

const leaders = (...runs: readonly ScoredRun[][]) => [...leadersOf(runs.flat(), "f1")];
const base = [0.6, 0.61, 0.59, 0.62, 0.6];
const plus = (by: readonly number[]) => base.map((score, index) => score + (by[index] ?? 0));
/** Its interval, by hand: mean 0.03, deviation 0.00791, t(4) 2.776: 0.03 ± 0.0098. */
const clear = plus([0.02, 0.03, 0.04, 0.025, 0.035]);

describe("what a table prints bold", () => {
  test("is the highest, where the paired interval to each of the others leaves out zero", () => {
    expect(leaders(runsOf("a", base), runsOf("b", clear))).toEqual(["b"]);
    const near = clear.map((score, index) => score - (index % 2 === 0 ? 0.01 : -0.01));
    expect(leaders(runsOf("a", base), runsOf("b", clear), runsOf("c", near))).toEqual([]);
  });

  test("is nothing where the highest leads by luck, on a tie, alone, or over too few seeds", () => {
    // Mean 0.03, deviation 0.0485: the interval is 0.03 ± 0.060.
    expect(leaders(runsOf("a", base), runsOf("b", plus([0.1, -0.02, 0.05, 0.03, -0.01])))).toEqual([]);
    expect(leaders(runsOf("a", base), runsOf("b", base))).toEqual([]);
    expect(leaders(runsOf("b", clear))).toEqual([]);
    expect(leaders(runsOf("a", base.slice(0, 4)), runsOf("b", clear.slice(0, 4)))).toEqual([]);
  });

  test("counts only the seeds that all have: a lucky seed that another lacks does not lead", () => {
    const few = [0.9, null, null, null, null];
    expect(leaders(runsOf("a", base), runsOf("b", clear), runsOf("c", few))).toEqual([]);
    const six = runsOf("a", [...base, 0.1]);
    expect(leaders(six, runsOf("b", base))).toEqual([]);
    expect(leaders([...runsOf("a", [...base, 0.99])], runsOf("b", clear))).toEqual(["b"]);
  });

  test("is found among methods at the same shared setting, their own axes apart", () => {
    const own = { share: 0.3 };
    const at = (rate: number) => [
      ...runsOf("a", base, { rate }),
      ...runsOf("b", rate === 1 ? clear : base, { rate, share: 0.3 }, own),
    ];
    expect(leaders(at(1), at(2))).toEqual(['b [["rate",1],["share",0.3]]']);
  });
});
