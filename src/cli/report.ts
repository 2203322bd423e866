import type { MetricEntry } from "../contract/catalog.ts";
import type { ExperimentResult, SummaryRecord } from "../contract/run.ts";
import { formatScore } from "./format.ts";
import { formatTable } from "./text-table.ts";

const enoughSeeds = 5;

/** What the numbers of resultTable are. */
export const tableNote =
  "Scores × 100 on dev after the last epoch, mean ± standard deviation over seeds; time (scoring included, compilation " +
  "not) and memory against the first method.";

/** Metrics with the one the paper reports first. */
export function primaryFirst(metrics: readonly MetricEntry[]): readonly MetricEntry[] {
  return [...metrics].sort((left, right) => Number(right.primary) - Number(left.primary));
}

/**
 * Method by method mean ± standard deviation of every score after the last epoch, times 100, and time and memory as
 * ratios to the first method. `trainMs`: time of each run by id.
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
  const [first = ""] = methods;
  const columns = ["method", "runs", ...metrics.map(({ id }) => id), "time", "memory"].map((heading, index) => ({
    heading,
    numeric: index > 0,
  }));
  const rows = methods.map((method) => [
    method,
    String(completed(result, method).length),
    ...metrics.map(({ id }) => meanAndDeviation(result.summary, method, id)),
    ratio(time(method), time(first)),
    ratio(memory(method), memory(first)),
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

/** One line where there are too few seeds to compare by; null where there are enough. */
export function seedWarning(seedCount: number): string | null {
  if (seedCount >= enoughSeeds) return null;
  const found = seedCount === 1 ? "1 seed says" : `${seedCount} seeds say`;
  return `${found} little about a method: scores vary much from seed to seed. Use at least ${enoughSeeds}, as in --seeds 1-5.`;
}
