import type { ComparisonRecord } from "../../../contract/comparison.ts";
import { csvOf } from "../../../core/csv.ts";
import type { ExperimentResult } from "../../../contract/run.ts";

/** One row a run, RFC 4180, with a column for each axis of the grid; other settings stay in result.json. */
export function writeRunsCsv(one: ExperimentResult): string {
  const metrics = [...new Set(one.runs.flatMap((entry) => entry.evaluations.flatMap((at) => Object.keys(at.scores))))];
  const axes = axesOf(one);
  const head = ["run", "method", ...axes, "seed", "status", "steps", "step_count", "elapsed_ms", "memory_bytes"];
  const scoreHead = metrics.flatMap((metric) => [`last_${metric}`, `best_${metric}`]);
  const rows = one.runs.map((entry) => {
    const memory = Object.values(entry.memoryBytes).reduce((total, bytes) => total + bytes, 0);
    const scores = metrics.flatMap((metric) => {
      const all = entry.evaluations.flatMap((at) => at.scores[metric] ?? []);
      return [entry.evaluations.at(-1)?.scores[metric] ?? null, all.length === 0 ? null : Math.max(...all)];
    });
    const steps = entry.steps.at(-1)?.step ?? 0;
    const place = [entry.id, entry.method, ...axes.map((axis) => entry.setting[axis] ?? null), entry.seed];
    const plain = [...place, entry.status, steps, entry.stepCount, entry.elapsedMs, memory];
    return [...plain, ...scores, entry.error?.message ?? null];
  });
  return csvOf([[...head, ...scoreHead, "error"], ...rows]);
}

function axesOf({ config }: ExperimentResult): readonly string[] {
  return config.plan.grid.map(({ field }) => field);
}

const comparisonColumns: Readonly<Record<string, (record: ComparisonRecord) => string | number | null>> = {
  reference: ({ reference }) => reference,
  score: ({ score }) => score,
  seeds: ({ seeds }) => seeds.length,
  difference: ({ difference }) => difference,
  std: ({ std }) => std,
  interval_low: ({ interval }) => interval?.[0] ?? null,
  interval_high: ({ interval }) => interval?.[1] ?? null,
  bootstrap_low: ({ bootstrapInterval }) => bootstrapInterval?.[0] ?? null,
  bootstrap_high: ({ bootstrapInterval }) => bootstrapInterval?.[1] ?? null,
  p: ({ pValue }) => pValue,
  p_holm: ({ adjustedPValue }) => adjustedPValue,
  p_wilcoxon: ({ wilcoxon }) => wilcoxon?.pValue ?? null,
  smallest_p_wilcoxon: ({ wilcoxon }) => wilcoxon?.smallestPValue ?? null,
  effect_size: ({ effectSize }) => effectSize,
  superiority: ({ superiority }) => superiority,
  verdict: ({ verdict }) => verdict,
  seeds_to_settle: ({ seedsToSettle }) => seedsToSettle,
  sentence: ({ sentence }) => sentence,
};

/** One row a method, place in the grid and score; RFC 4180. Scores and differences are not times 100. */
export function writeComparisonsCsv(one: ExperimentResult): string {
  const axes = axesOf(one);
  const cells = [
    ...axes.map(
      (axis) =>
        ({ setting }: ComparisonRecord) =>
          setting[axis] ?? null,
    ),
    ...Object.values(comparisonColumns),
  ];
  const rows = one.comparisons.map((record) => [record.method, ...cells.map((cellOf) => cellOf(record))]);
  return csvOf([["method", ...axes, ...Object.keys(comparisonColumns)], ...rows]);
}
