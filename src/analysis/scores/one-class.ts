import type { DevAnswers } from "../../contract/answers.ts";
import type { ConfigRecord, RunRecord, SummaryRecord } from "../../contract/run.ts";
import { fromBase64 } from "../../core/base64.ts";
import { formatSpread } from "../../core/format.ts";
import { scoreOf } from "./metrics.ts";

/** Whether a run gave every dev row the same class after its last step: it learnt which class is common, or nothing. */
export function predictsOneClass({ evaluations }: Pick<RunRecord, "evaluations">): boolean {
  return evaluations.at(-1)?.predictedClasses === 1;
}

/** "71.20 ± 0.80 over 4 of 5 seeds; 1 predicts one class only"; "" where none does. */
export function oneClassText({ oneClass, withoutThem, seeds }: SummaryRecord): string {
  if (oneClass.length === 0) return "";
  const predict = oneClass.length === 1 ? "predicts" : "predict";
  if (withoutThem === null)
    return `${seeds.length === 1 ? "the only seed" : `all ${seeds.length} seeds`} ${predict} one class only`;
  const others = seeds.length - oneClass.length;
  const mean = formatSpread(withoutThem.mean, withoutThem.std);
  return `${mean} over ${others} of ${seeds.length} seeds; ${oneClass.length} ${predict} one class only`;
}

/**
 * What giving every row the most frequent class scores, by how many rows have which label; of equally frequent classes the
 * one that scores higher. 0 where such a score is undefined, as a correlation is, and for a regression, which has no counts.
 */
export function majorityScore(metric: string, labelCounts: readonly number[]): number {
  const labels = labelCounts.flatMap((count, label) => Array.from({ length: count }, () => label));
  const most = Math.max(0, ...labelCounts);
  const frequent = labelCounts.flatMap((count, label) => (count === most && count > 0 ? [label] : []));
  const scores = frequent.map((label) => {
    const same = labels.map(() => label);
    return scoreOf(metric, same, labels) ?? 0;
  });
  return Math.max(0, ...scores);
}

/** What an older result does not say of its labels, as far as its answers do. */
export function withLabelCounts(config: ConfigRecord, answers: DevAnswers | null): ConfigRecord {
  const targets = classesIn(answers, answers?.targets);
  if (config.devLabelCounts !== undefined || targets === null) return config;
  const devLabelCounts = config.labels.map((_, label) => targets.filter((target) => target === label).length);
  return { ...config, devLabelCounts };
}

/** The same of which runs predict one class only. */
export function withPredictedClasses(runs: readonly RunRecord[], answers: DevAnswers | null): readonly RunRecord[] {
  return runs.map((run) => {
    const last = run.evaluations.at(-1);
    const predictions = answers?.predictions ?? {};
    const said = classesIn(answers, Object.hasOwn(predictions, run.id) ? predictions[run.id] : undefined);
    if (last === undefined || last.predictedClasses !== undefined || said === null) return run;
    const evaluations = [...run.evaluations.slice(0, -1), { ...last, predictedClasses: new Set(said).size }];
    return { ...run, evaluations };
  });
}

/** A class a row; null where there are none, or scores in their place. */
function classesIn(answers: DevAnswers | null, text: string | undefined): Uint8Array | null {
  if (answers === null || answers.kind !== "classes" || text === undefined) return null;
  const classes = fromBase64(text);
  return classes === null || classes.length !== answers.rowCount ? null : classes;
}
