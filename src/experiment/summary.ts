import { mean, sampleStandardDeviation } from "simple-statistics";
import type { RunRecord, SummaryRecord } from "../contract/run.ts";

/** Mean and sample standard deviation of every score over the completed seeds of each method. */
export function summarise(runs: readonly RunRecord[], metrics: readonly string[]): readonly SummaryRecord[] {
  const methods = [...new Set(runs.map((run) => run.method))];
  return methods.flatMap((method) => {
    const completed = runs.filter((run) => run.method === method && run.status === "completed");
    return metrics.flatMap((score) =>
      (["last", "best"] as const).map((epoch) => summaryOf(method, score, epoch, completed)),
    );
  });
}

function summaryOf(method: string, score: string, epoch: "last" | "best", runs: readonly RunRecord[]): SummaryRecord {
  const found = runs.flatMap((run) => {
    const scores = run.evaluations.map((evaluation) => evaluation.scores[score] ?? null);
    const defined = scores.filter((value) => value !== null);
    const value = epoch === "last" ? (scores.at(-1) ?? null) : defined.length > 0 ? Math.max(...defined) : null;
    return value === null ? [] : [{ seed: run.seed, value }];
  });
  const values = found.map(({ value }) => value);
  return {
    method,
    score,
    epoch,
    mean: values.length > 0 ? mean(values) : null,
    std: values.length > 1 ? sampleStandardDeviation(values) : null,
    seeds: found.map(({ seed }) => seed),
  };
}
