import { scoreOf } from "../scores/metrics.ts";
import type { ClassScores } from "./confusion.ts";

/** How a run did on rows with several labels, each there or not. */
export interface LabelReport {
  readonly labels: readonly ClassScores[];
  readonly microF1: number;
  readonly macroF1: number;
  /** Share of rows all of whose labels are right. */
  readonly subsetAccuracy: number;
}

/**
 * Precision, recall and F1 of every label, 0 where nothing is divided by, as in scikit-learn with zero_division=0. targets,
 * said: 0 or 1, [rows, labelCount].
 */
export function labelReportOf(targets: ArrayLike<number>, said: ArrayLike<number>, labelCount: number): LabelReport {
  const labels = Array.from({ length: labelCount }, (_, label): ClassScores => {
    let [hits, support, predicted] = [0, 0, 0];
    for (let at = label; at < targets.length; at += labelCount) {
      support += targets[at] ?? 0;
      predicted += said[at] ?? 0;
      hits += (targets[at] ?? 0) * (said[at] ?? 0);
    }
    const ratio = (part: number, of: number): number => (of === 0 ? 0 : part / of);
    const [precision, recall] = [ratio(hits, predicted), ratio(hits, support)];
    return { precision, recall, f1: ratio(2 * hits, predicted + support), support, predicted };
  });
  const score = (metric: string): number => scoreOf(metric, said, targets, labelCount) ?? 0;
  return {
    labels,
    microF1: score("micro_f1"),
    macroF1: score("macro_f1"),
    subsetAccuracy: score("subset_accuracy"),
  };
}

/** Score by score, the mean over runs. */
export function meanLabelReport(reports: readonly LabelReport[]): LabelReport {
  const [first] = reports;
  const mean = (of: (report: LabelReport) => number): number =>
    reports.reduce((sum, report) => sum + of(report), 0) / Math.max(1, reports.length);
  return {
    labels: (first?.labels ?? []).map((_, index): ClassScores => {
      const of = (key: keyof ClassScores): number => mean(({ labels }) => labels[index]?.[key] ?? 0);
      const [precision, recall, f1] = [of("precision"), of("recall"), of("f1")];
      return { precision, recall, f1, support: of("support"), predicted: of("predicted") };
    }),
    microF1: mean(({ microF1 }) => microF1),
    macroF1: mean(({ macroF1 }) => macroF1),
    subsetAccuracy: mean(({ subsetAccuracy }) => subsetAccuracy),
  };
}
