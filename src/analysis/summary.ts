import { mean, sampleStandardDeviation } from "simple-statistics";
import type { Findings, RunRecord, SummaryRecord } from "../contract/run.ts";
import { Bootstrap } from "./bootstrap.ts";
import { compareScores } from "./comparison.ts";
import type { MethodScores } from "./comparison.ts";
import { averageRanks } from "./ranks.ts";
import { referenceOf } from "./reference.ts";

/** What is needed of a run. */
export type ScoredRun = Pick<RunRecord, "method" | "setting" | "label" | "seed" | "status" | "evaluations">;

/** What the completed seeds of every method say, and how they compare with vanilla's, or else the first method's. */
export function findingsOf(runs: readonly ScoredRun[], metrics: readonly string[]): Findings {
  const bootstrap = new Bootstrap();
  return { summary: summarise(runs, metrics, bootstrap), comparisons: compareMethods(runs, metrics, bootstrap) };
}

/** Metric ids in the order in which runs have them. */
export function metricsIn(runs: readonly Pick<RunRecord, "evaluations">[]): readonly string[] {
  return [...new Set(runs.flatMap((run) => run.evaluations.flatMap(({ scores }) => Object.keys(scores))))];
}

function summarise(runs: readonly ScoredRun[], metrics: readonly string[], bootstrap: Bootstrap): SummaryRecord[] {
  const tables = metrics.flatMap((score) =>
    (["last", "best"] as const).map((epoch) => {
      const methods = scoresByMethod(runs, score, epoch);
      const ranks = methods.length < 2 ? null : averageRanks(commonRows(methods));
      return { score, epoch, methods, ranks };
    }),
  );
  return methodsOf(runs).flatMap((_, place) =>
    tables.flatMap(({ score, epoch, methods, ranks }) => {
      const own = methods[place];
      return own === undefined ? [] : [{ ...summaryOf(own, score, epoch, bootstrap), rank: ranks?.[place] ?? null }];
    }),
  );
}

function summaryOf(
  { method, setting, bySeed }: MethodScores,
  score: string,
  epoch: "last" | "best",
  bootstrap: Bootstrap,
): Omit<SummaryRecord, "rank"> {
  const values = [...bySeed.values()];
  const std = values.length > 1 ? sampleStandardDeviation(values) : null;
  return {
    method,
    setting,
    score,
    epoch,
    mean: values.length > 0 ? mean(values) : null,
    std,
    standardError: std === null ? null : std / Math.sqrt(values.length),
    interval: bootstrap.interval(values),
    range: values.length > 0 ? [Math.min(...values), Math.max(...values)] : null,
    seeds: [...bySeed.keys()],
  };
}

function compareMethods(runs: readonly ScoredRun[], metrics: readonly string[], bootstrap: Bootstrap) {
  return metrics.flatMap((score) => {
    const methods = scoresByMethod(runs, score, "last");
    const reference = referenceOf(methods);
    if (reference === undefined) return [];
    const others = methods.filter((one) => one !== reference);
    return compareScores(score, reference, others, bootstrap);
  });
}

/** In the order in which methods first come: seeds that completed with a defined score. */
function scoresByMethod(runs: readonly ScoredRun[], score: string, epoch: "last" | "best"): MethodScores[] {
  return methodsOf(runs).map((method) => {
    const own = runs.filter((run) => run.method === method);
    const found = own
      .filter(({ status }) => status === "completed")
      .flatMap((run): [number, number][] => {
        const value = scoreOfRun(run, score, epoch);
        return value === null ? [] : [[run.seed, value]];
      });
    return { method, setting: own[0]?.setting ?? {}, label: own[0]?.label ?? method, bySeed: new Map(found) };
  });
}

function methodsOf(runs: readonly ScoredRun[]): readonly string[] {
  return [...new Set(runs.map(({ method }) => method))];
}

function scoreOfRun({ evaluations }: ScoredRun, score: string, epoch: "last" | "best"): number | null {
  const scores = evaluations.map((evaluation) => evaluation.scores[score] ?? null);
  const last = scores.at(-1) ?? null;
  if (epoch === "last") return Number.isFinite(last) ? last : null;
  const defined = scores.filter((value) => value !== null).filter(Number.isFinite);
  return defined.length > 0 ? Math.max(...defined) : null;
}

/** Seeds of any method x methods; null where a seed lacks the score. */
function commonRows(methods: readonly MethodScores[]): (number | null)[][] {
  const seeds = [...new Set(methods.flatMap(({ bySeed }) => [...bySeed.keys()]))];
  return seeds.map((seed) => methods.map(({ bySeed }) => bySeed.get(seed) ?? null));
}
