import { describe, expect, test } from "vitest";
import type { ScoredRun } from "../../../src/analysis/scores/cell-scores.ts";
import { choiceWarning, gridOf } from "../../../src/analysis/grids/grid.ts";
import type { Values } from "../../../src/contract/fields.ts";
import { drawNormal } from "../../../src/core/rng.ts";

/** A run per score, by seed from 1; null for one that failed. */
function runs(method: string, setting: Values, scores: readonly (number | null)[]): ScoredRun[] {
  return scores.map((score, index) => ({
    method,
    label: method.toUpperCase(),
    setting,
    values: setting,
    seed: index + 1,
    status: score === null ? ("failed" as const) : ("completed" as const),
    evaluations: [1, score].map((one, step) => ({ step, epoch: step, loss: 1, scores: { f1: one } })),
  }));
}

describe("a grid", () => {
  test("has every setting of every method, with mean, deviation and seeds", () => {
    const [dense, vanilla] = gridOf(
      [
        ...runs("dense", { p: 0.1, q: 1 }, [0.5, 0.7]),
        ...runs("vanilla", {}, [0.6, 0.6]),
        ...runs("dense", { p: 0.1, q: 2 }, [0.9, null]),
        ...runs("dense", { p: 0.3, q: 2 }, [null]),
      ],
      "f1",
    );
    expect(dense?.cells.map(({ setting, mean, seedCount }) => [setting, mean, seedCount])).toEqual([
      [{ p: 0.1, q: 1 }, 0.6, 2],
      [{ p: 0.1, q: 2 }, 0.9, 1],
      [{ p: 0.3, q: 2 }, null, 0],
    ]);
    expect(dense?.cells[0]?.std).toBeCloseTo(0.2 / Math.SQRT2, 12);
    expect(dense?.cells[1]?.std).toBeNull();
    expect(dense?.best).toBe(dense?.cells[1]);
    expect(vanilla).toMatchObject({ label: "VANILLA", best: { mean: 0.6 }, chosen: null });
    expect(gridOf([], "f1")).toEqual([]);
  });

  test("takes the first of equal settings, also where rounding parts them", () => {
    // Summed in this order the second is larger in the last bit.
    const [grid] = gridOf([...runs("a", { p: 1 }, [0.3, 0.2, 0.1]), ...runs("a", { p: 2 }, [0.1, 0.2, 0.3])], "f1");
    expect(grid?.best?.setting).toEqual({ p: 1 });
    expect(gridOf(runs("a", { p: 1 }, [null]), "f1")[0]?.best).toBeNull();
  });
});

describe("leaving out one seed after the other", () => {
  test("chooses without the seed that scores", () => {
    // Without seed 1: p 2 (0.6 to 0.5) scores 0.2. Without 2: p 1 (0.7 to 0.3) scores 0.4. Without 3: p 1 scores 0.6.
    const [grid] = gridOf([...runs("a", { p: 1 }, [0.8, 0.4, 0.6]), ...runs("a", { p: 2 }, [0.2, 0.8, 0.4])], "f1");
    expect(grid?.best).toMatchObject({ setting: { p: 1 } });
    expect(grid?.chosen?.mean).toBeCloseTo((0.2 + 0.4 + 0.6) / 3, 12);
    expect(grid?.chosen?.seedCount).toBe(3);
  });

  test("passes over settings that lack the seed, and seeds that no other one goes with", () => {
    const [grid] = gridOf([...runs("a", { p: 1 }, [0.5, 0.6]), ...runs("a", { p: 2 }, [0.9, null])], "f1");
    // Of p 2, which did better on seed 1, nothing is left without it.
    expect(grid?.chosen).toEqual({ mean: 0.55, seedCount: 2 });
    const [apart] = gridOf([...runs("a", { p: 1 }, [0.5]), ...runs("a", { p: 2 }, [null, 0.9])], "f1");
    expect(apart?.chosen).toBeNull();
  });

  test("takes back what luck adds where all settings are the same", () => {
    const [settings, seeds, trials] = [9, 5, 300];
    const all = Array.from({ length: trials }, (_, trial) => {
      const cells = Array.from({ length: settings }, (_, p) =>
        Array.from({ length: seeds }, (_, seed) => 0.7 + 0.02 * drawNormal(1, "grid", trial, p * seeds + seed)),
      );
      const [grid] = gridOf(
        cells.flatMap((scores, p) => runs("a", { p }, scores)),
        "f1",
      );
      return { best: grid?.best?.mean ?? Number.NaN, chosen: grid?.chosen?.mean ?? Number.NaN };
    });
    const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    // The largest of nine normal means lies 1.485 of their deviations up; five sigma, where no mean spreads wider than one.
    const deviation = 0.02 / Math.sqrt(seeds);
    const fiveSigma = (5 * deviation) / Math.sqrt(trials);
    expect(Math.abs(average(all.map(({ best }) => best)) - 0.7 - 1.485 * deviation)).toBeLessThan(fiveSigma);
    expect(Math.abs(average(all.map(({ chosen }) => chosen)) - 0.7)).toBeLessThan(fiveSigma);
  });
});

describe("the warning", () => {
  const warning = (...all: readonly ScoredRun[][]) => gridOf(all.flat(), "f1").map(choiceWarning);

  test("says that choosing is optimistic, and by how much", () => {
    expect(warning(runs("a", { p: 1 }, [0.5, 0.7]), runs("a", { p: 2 }, [0.6, 0.4]), runs("a", { p: 3 }, [null]))).toEqual([
      "A: 60.00 is the best of 2 settings, chosen on the dev rows that score it, and so is optimistic. Chosen each time on the " +
        "other seeds and scored on the one left out, the mean of 2 seeds is 45.00, still with the luck of these dev rows in it.",
    ]); // prettier-ignore
  });

  test("says what one seed cannot tell, and nothing where nothing was chosen", () => {
    expect(warning(runs("a", { p: 1 }, [0.5]), runs("a", { p: 2 }, [0.6]))).toEqual([
      expect.stringMatching(/60\.00 is the best of 2 .* cannot be told from a single seed\.$/),
    ]);
    expect(warning(runs("a", { p: 1 }, [0.5]), runs("a", { p: 2 }, [null]), runs("b", {}, [0.5]))).toEqual([
      null,
      null,
    ]);
  });
});
