import { referenceOf } from "../analysis/reference.ts";
import type { MetricEntry } from "../contract/catalog.ts";
import type { ExperimentResult, SummaryRecord } from "../contract/run.ts";
import { formatScore } from "./format.ts";
import { formatTable } from "./text-table.ts";

/** What the numbers of resultTable are. */
export const tableNote =
  "Scores × 100 on dev after the last epoch, mean ± standard deviation over seeds; time (scoring included, compilation " +
  "not) and memory as ratios to vanilla, or else to the first method.";

/** Metrics with the one the paper reports first. */
export function primaryFirst(metrics: readonly MetricEntry[]): readonly MetricEntry[] {
  return [...metrics].sort((left, right) => Number(right.primary) - Number(left.primary));
}

/**
 * Method by method mean ± standard deviation of every score after the last epoch, times 100, and time and memory as
 * ratios to vanilla, or else to the first method. `trainMs`: time of each run by id.
 */
export function resultTable(
  result: ExperimentResult,
  metrics: readonly MetricEntry[],
  trainMs: ReadonlyMap<string, number>,
): readonly string[] {
  const methods = result.config.plan.methods.map(({ id }) => id);
  const time = (method: string): number | null =>
    meanOf(completed(result, method).flatMap(({ id }) => trainMs.get(id) ?? []));
  const memory = (method: string): number | null =>
    meanOf(
      completed(result, method).map(({ memoryBytes }) =>
        Object.values(memoryBytes).reduce((sum, bytes) => sum + bytes, 0),
      ),
    );
  const reference = referenceOf(methods.map((method) => ({ method })))?.method ?? "";
  const columns = ["method", "runs", ...metrics.map(({ id }) => id), "time", "memory"].map((heading, index) => ({
    heading,
    numeric: index > 0,
  }));
  const rows = methods.map((method) => [
    method,
    String(completed(result, method).length),
    ...metrics.map(({ id }) => meanAndDeviation(result.summary, method, id)),
    ratio(time(method), time(reference)),
    ratio(memory(method), memory(reference)),
  ]);
  return formatTable(columns, rows);
}

function completed(result: ExperimentResult, method: string): ExperimentResult["runs"] {
  return result.runs.filter((run) => run.method === method && run.status === "completed");
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function ratio(value: number | null, first: number | null): string {
  return value === null || first === null || first === 0 ? "–" : `${(value / first).toFixed(2)} ×`;
}

function meanAndDeviation(summary: readonly SummaryRecord[], method: string, score: string): string {
  const found = summary.find((record) => record.method === method && record.score === score && record.epoch === "last");
  if (found === undefined || found.mean === null) return "–";
  return found.std === null ? formatScore(found.mean) : `${formatScore(found.mean)} ± ${formatScore(found.std)}`;
}

/** How every method compares with the reference in one score, seed by seed: a table and a sentence each; [] for one method. */
export function comparisonLines(result: ExperimentResult, { id, label }: MetricEntry): readonly string[] {
  const records = result.comparisons.filter(({ score }) => score === id);
  const [first] = records;
  if (first === undefined) return [];
  const columns = ["method", "difference", "95 % interval", "effect", "higher in", "p", "p (Holm)", "p (Wilcoxon)"].map(
    (heading, index) => ({ heading, numeric: index > 0 }),
  );
  const rows = records.map((record) => [
    record.method,
    formatScore(record.difference),
    record.interval === null ? "–" : `${formatScore(record.interval[0])} to ${formatScore(record.interval[1])}`,
    record.effectSize?.toFixed(2) ?? "–",
    record.superiority === null ? "–" : `${(record.superiority * 100).toFixed(0)} % of ${record.seeds.length}`,
    ...[record.pValue, record.adjustedPValue, record.wilcoxon?.pValue].map((pValue) => pValue?.toFixed(4) ?? "–"),
  ]);
  const heading = `${label} against ${first.reference}, seed by seed (paired t, corrected after Holm):`;
  return ["", heading, ...formatTable(columns, rows), ...records.map(({ sentence }) => sentence)];
}

/** Easy and hard dev rows of every method; [] where the answers were not kept. */
export function caseLines({ cases }: ExperimentResult): readonly string[] {
  const [first] = cases;
  if (first === undefined) return [];
  const headings = ["method", "easy", "hard", "right on easy", "right on hard", "wins", "losses"];
  const columns = headings.map((heading, index) => ({ heading, numeric: index > 0 }));
  const rows = cases.map((one) => [
    one.method,
    String(one.easyCount),
    String(one.hardCount),
    formatScore(one.rightOnEasy),
    formatScore(one.rightOnHard),
    ...(one.method === one.reference ? ["–", "–"] : [String(one.wins.length), String(one.losses.length)]),
  ]);
  const heading =
    "Dev rows that most seeds of a method got right (easy) or wrong (hard); right answers × 100 on the rows that are so " +
    `for ${first.reference}; rows won from and lost to it:`;
  return ["", heading, ...formatTable(columns, rows)];
}

/** Completed seeds of the method that has fewest. */
export function fewestCompleted(result: ExperimentResult): number {
  return Math.min(...result.config.plan.methods.map(({ id }) => completed(result, id).length));
}
