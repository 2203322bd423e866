import type { ComparisonRecord } from "../../contract/comparison.ts";
import type { MetricEntry } from "../../contract/catalog.ts";
import type { ExperimentResult } from "../../contract/run.ts";
import { formatScore } from "../../core/format.ts";
import { placedTable } from "./report-place.ts";
import { formatTable } from "./text-table.ts";

/** Of more comparisons than this only those that tell something get a sentence. */
const mostSentences = 12;

/** How everything compares with the reference in one score, seed by seed: a table and a sentence each; [] for one method. */
export function comparisonLines(result: ExperimentResult, { id, label }: MetricEntry): readonly string[] {
  const records = result.comparisons.filter(({ score }) => score === id);
  const [first] = records;
  if (first === undefined) return [];
  const headings = ["difference", "95 % interval", "effect", "higher in", "p", "p (Holm)", "p (Wilcoxon)"];
  const rows = records.map((record) => ({
    place: record,
    cells: [
      formatScore(record.difference),
      record.interval === null ? "–" : `${formatScore(record.interval[0])} to ${formatScore(record.interval[1])}`,
      record.effectSize?.toFixed(2) ?? "–",
      record.superiority === null ? "–" : `${(record.superiority * 100).toFixed(0)} % of ${record.seeds.length}`,
      ...[record.pValue, record.adjustedPValue, record.wilcoxon?.pValue].map((pValue) => pValue?.toFixed(4) ?? "–"),
    ],
  }));
  const heading = `${label} against ${first.reference}, seed by seed (paired t, corrected after Holm):`;
  return ["", heading, ...placedTable(headings, rows), ...sentencesOf(records)];
}

function sentencesOf(records: readonly ComparisonRecord[]): readonly string[] {
  const told = records.length <= mostSentences ? records : records.filter(({ verdict }) => verdict !== "unclear");
  const others = records.length - told.length;
  const rest = `${others} of ${records.length} differences: not enough to tell.`;
  return [...told.map(({ sentence }) => sentence), ...(others === 0 ? [] : [rest])];
}

/** Easy and hard dev rows of every method; [] where the answers were not kept, and with a grid. */
export function caseLines({ cases }: ExperimentResult): readonly string[] {
  const [first] = cases;
  if (first === undefined) return [];
  const headings = ["method", "easy", "hard", "right on easy", "right on hard", "wins", "losses"];
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
  return ["", heading, ...formatTable(headings, rows)];
}
