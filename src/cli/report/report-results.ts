import { cellKey, type Place } from "../../analysis/grids/cells.ts";
import { oneClassText } from "../../analysis/scores/one-class.ts";
import { paperScores, scoreInPaper, taskInPaper } from "../../analysis/paper.ts";
import { stoppedEarlyText } from "../../analysis/scores/stopped-early.ts";
import type { MetricEntry } from "../../contract/catalog.ts";
import type { ExperimentResult, SummaryRecord } from "../../contract/run.ts";
import { formatScore, formatWhole } from "../../core/format.ts";
import { meanText, placedTable, placeName, placesIn } from "./report-place.ts";

const note =
  "Scores × 100 on dev after the last epoch, mean ± standard deviation over seeds; mean (max), worst seed and rank " +
  "are of the first score, rank 1 being the highest.";
const paperNote =
  `Paper: its ${paperScores.table}, ${paperScores.model} on all training rows, ${paperScores.seeds}; ` +
  "another model's figures, not a mark to reach.";

/** Scores by method and setting, `metrics` in their order, the paper's figures beside them where it has any. */
export function resultLines(result: ExperimentResult, metrics: readonly MetricEntry[]): readonly string[] {
  const places = placesOf(result);
  const papers = places.map(({ method }) => scoreInPaper(method, taskInPaper(result.config)));
  const inPaper = papers.some((figure) => figure !== null);
  const [primary] = metrics;
  const spread = primary === undefined ? [] : ["mean (max)", "worst", "rank"];
  const headings = [
    "runs",
    ...metrics.map(({ id }) => id),
    ...spread,
    ...(inPaper ? [`paper (${paperScores.model})`] : []),
  ];
  const rows = places.map((place, index) => ({
    place,
    cells: [
      String(completedCount(result, place)),
      ...metrics.map(({ id }) => meanText(lastOf(result, place, id))),
      ...(primary === undefined ? [] : spreadCells(lastOf(result, place, primary.id))),
      ...(inPaper ? [meanText(papers[index])] : []),
    ],
  }));
  const notes = [oneClassLines, bestLines];
  const told = primary === undefined ? [] : notes.flatMap((linesOf) => linesOf(result, places, primary));
  const stopped = stoppedEarlyText(result.runs);
  const all = [note, ...(inPaper ? [paperNote] : []), ...(stopped === null ? [] : [stopped]), ...told];
  return ["", ...placedTable(headings, rows), ...all];
}

/** The means without the runs that predict one class only, where there are any. */
function oneClassLines(
  result: ExperimentResult,
  places: readonly Place[],
  { id, label }: MetricEntry,
): readonly string[] {
  return places.flatMap((place) => {
    const record = lastOf(result, place, id);
    if (record === undefined || record.oneClass.length === 0) return [];
    return [`${placeName(place)}: ${record.withoutThem === null ? "" : `${label} `}${oneClassText(record)}.`];
  });
}

/** More places than this are left to the result file. */
const mostPlaces = 12;

/** What the best evaluation of each run scores, where it is not the last. */
function bestLines(result: ExperimentResult, places: readonly Place[], { id, label }: MetricEntry): readonly string[] {
  const best = places.flatMap((place) => {
    const record = recordOf(result, place, id, "best");
    return record === undefined || record.mean === null ? [] : [{ place, record, last: lastOf(result, place, id) }];
  });
  if (best.length > mostPlaces || best.every(({ record, last }) => record.mean === last?.mean)) return [];
  const means = best.map(({ place, record }) => `${placeName(place)} ${meanText(record)}`);
  return [`${label} of each run's best epoch, chosen on dev: optimistic. ${means.join("; ")}.`];
}

/** Mean with the best seed, as the paper's table 5 has them, the worst seed, and the rank. */
function spreadCells(summary: SummaryRecord | undefined): readonly string[] {
  const [worst, best] = summary?.range ?? [];
  if (summary === undefined || worst === undefined || best === undefined) return ["–", "–", "–"];
  const rank = summary.rank === null ? "–" : String(Number(summary.rank.toFixed(2)));
  return [`${formatScore(summary.mean)} (${formatScore(best)})`, formatScore(worst), rank];
}

/** What every method at every setting scores on the sets of other sources; [] without any. */
export function transferLines(result: ExperimentResult, { id, label }: MetricEntry): readonly string[] {
  const { transfers } = result.config;
  if (transfers.length === 0) return [];
  const rows = placesOf(result).map((place) => ({
    place,
    cells: [id, ...transfers.map(({ name }) => `${id}@${name}`)].map((score) => meanText(lastOf(result, place, score))),
  }));
  return [
    "",
    `${label} × 100 on sets of other sources after the last epoch, mean ± standard deviation over seeds:`,
    ...placedTable(["dev", ...transfers.map(({ name }) => name)], rows),
    ...transfers.map(({ name, rowCount, mapping }) => {
      return `${name}, ${formatWhole(rowCount)} rows: ${mapping ?? "the same labels."}`;
    }),
  ];
}

/** The runs' places; those of the plan's methods without a run, when it was stopped early, stand in the end. */
function placesOf({ runs, config }: ExperimentResult): readonly Place[] {
  const missing = config.plan.methods.filter(({ id }) => runs.every(({ method }) => method !== id));
  return [...placesIn(runs), ...missing.map(({ id }) => ({ method: id, setting: {} }))];
}

function lastOf(result: ExperimentResult, place: Place, score: string): SummaryRecord | undefined {
  return recordOf(result, place, score, "last");
}

function recordOf(
  { summary }: ExperimentResult,
  place: Place,
  score: string,
  epoch: SummaryRecord["epoch"],
): SummaryRecord | undefined {
  const key = cellKey(place);
  return summary.find((record) => record.score === score && record.epoch === epoch && cellKey(record) === key);
}

function completedCount({ runs }: ExperimentResult, place: Place): number {
  const key = cellKey(place);
  return runs.filter((run) => run.status === "completed" && cellKey(run) === key).length;
}

/** Completed seeds of what has fewest of them. */
export function fewestCompleted(result: ExperimentResult): number {
  return Math.min(...placesOf(result).map((place) => completedCount(result, place)));
}
