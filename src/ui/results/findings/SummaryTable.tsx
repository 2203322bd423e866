import { UnstyledButton } from "@mantine/core";
import { useMemo, useState } from "react";
import { placeText, type ShownAxis } from "../../../analysis/grids/axes.ts";
import { cellKey, type Place } from "../../../analysis/grids/cells.ts";
import { paperTable, type FigureTable } from "../../../analysis/tables/figure-table.ts";
import { paperScores, scoreInPaper, taskInPaper } from "../../../analysis/paper.ts";
import { leadersOf } from "../../../analysis/scores/leader.ts";
import { shortTaskLabel } from "../../../analysis/task-label.ts";
import { stoppedEarlyText } from "../../../analysis/scores/stopped-early.ts";
import { fewSeedsWarning } from "../../../analysis/scores/seeds.ts";
import type { SummaryRecord } from "../../../contract/run.ts";
import type { RunHead } from "../../../store/results/archive.ts";
import type { MetricChoice } from "../../../store/results/scores.ts";
import { useSelect } from "../../app-context.ts";
import { formatSpread } from "../../../core/format.ts";
import { useMethodLooks } from "../../kit/palette.ts";
import { useMetric } from "../use-metric.ts";
import { useCompletedRuns, useShownAxes } from "../use-shown.ts";
import { CopyAs } from "./CopyAs.tsx";
import { Comparison } from "./Comparison.tsx";
import { MeanCell, MethodHead, MethodTable, SettingCells } from "../MethodTable.tsx";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import tableClasses from "../table.module.css";

/** Rows of a large grid that are listed at first. */
const rowLimit = 24;

/** A method at one place of the grid, with its scores. */
interface Row {
  readonly key: string;
  readonly method: string;
  readonly records: readonly [SummaryRecord, ...SummaryRecord[]];
}

const { model, size } = paperScores;
const paperHint = ` “Paper”: ${paperScores.table} there, of ${model} (${size}) over ${paperScores.seeds}.`;

/** Mean and standard deviation by method, setting and score: the answer, as far as there is one. */
export function SummaryTable() {
  const every = useSelect((state) => state.experiment.summary);
  // Of a method without a completed seed there is nothing to say here; why, stands among the runs.
  const summary = useMemo(() => every.filter(({ seeds }) => seeds.length > 0), [every]);
  const axes = useShownAxes();
  const { metrics } = useMetric();
  const [all, setAll] = useState(false);
  const rows = useMemo(() => rowsOf(summary), [summary]);
  const measured = metrics.filter(({ id, set }) => set === null && summary.some((one) => one.score === id));
  const completed = useCompletedRuns();
  const leaders = useMemo(() => new Map(metrics.map(({ id }) => [id, leadersOf(completed, id)])), [metrics, completed]);
  const paper = usePaper(measured[0]?.id ?? "", rows);
  const tables = useTables(completed, measured, paper !== null);
  if (rows.length === 0 || measured.length === 0) return null;
  const warning = fewSeedsWarning(Math.min(...summary.map((one) => one.seeds.length)));
  const stopped = stoppedEarlyText(completed);
  const heads = measured.flatMap(({ label }, index) => [
    `${label}, last`,
    ...(index === 0 && paper !== null ? ["Paper"] : []),
    `${label}, best epoch (optimistic)`,
  ]);
  const listed = all ? rows : rows.slice(0, rowLimit);
  return (
    <section className={cardClasses.card}>
      <div className={tableClasses.head}>
        <h3 className={cardClasses.title}>Mean ± standard deviation over seeds</h3>
        <CopyAs tables={tables} />
      </div>
      <p className={textClasses.hint}>
        Dev scores × 100. “Last” is the score after the last step, which papers report. “Best epoch” is the highest of
        all evaluations, chosen on dev: optimistic. Bold: highest over the seeds that all completed, five or more, by
        more than luck (95 % interval of the paired difference to each other row).
        {paper !== null && paperHint}
      </p>
      <MethodTable label="Means by method" axes={axes} heads={[...heads, "Seeds"]}>
        {listed.map((row) => (
          <SummaryRow key={row.key} row={row} axes={axes} measured={measured} leaders={leaders} paper={paper} />
        ))}
      </MethodTable>
      {listed.length < rows.length && (
        <UnstyledButton className={tableClasses.more} onClick={() => setAll(true)}>
          Show all {rows.length} rows
        </UnstyledButton>
      )}
      {stopped !== null && <p className={textClasses.hint}>{stopped}</p>}
      {warning !== null && (
        <p className={textClasses.warning} role="note">
          {warning}
        </p>
      )}
      <Comparison />
    </section>
  );
}

function rowsOf(summary: readonly SummaryRecord[]): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const record of summary) {
    const key = cellKey(record);
    const before = rows.get(key)?.records;
    rows.set(key, { key, method: record.method, records: before === undefined ? [record] : [...before, record] });
  }
  return [...rows.values()];
}

/** The table as the paper prints it, to be copied. */
function useTables(
  runs: readonly RunHead[],
  metrics: readonly MetricChoice[],
  primary: boolean,
): () => readonly FigureTable[] {
  const { config, summary } = useSelect((state) => state.experiment);
  const catalog = useSelect((state) => state.engine.catalog);
  const axes = useShownAxes();
  const looks = useMethodLooks();
  return () => {
    if (config === null) return [];
    const task = shortTaskLabel(config, catalog);
    const nameOf = ({ method, setting }: Place): string => {
      const at = placeText(axes, setting);
      return at === "" ? looks(method).label : `${looks(method).label}, ${at}`;
    };
    return [paperTable({ config, runs, summary, task, metrics, primary, nameOf })];
  };
}

/** The paper's figure of a method in words; null where it has none of this task, or the score is not its own. */
type Paper = (method: string) => string;

function usePaper(first: string, rows: readonly Row[]): Paper | null {
  const task = useSelect(({ experiment }) => (experiment.config === null ? null : taskInPaper(experiment.config)));
  const primary = useSelect((state) =>
    state.engine.catalog?.tasks
      .find(({ id }) => id === task)
      ?.metrics.some(({ id, primary: is }) => is && id === first),
  );
  if (primary !== true || rows.every(({ method }) => scoreInPaper(method, task) === null)) return null;
  return (method) => {
    const score = scoreInPaper(method, task);
    return score === null ? "–" : formatSpread(score.mean, score.std);
  };
}

interface SummaryRowProps {
  readonly row: Row;
  readonly axes: readonly ShownAxis[];
  readonly measured: readonly MetricChoice[];
  /** By metric id, the rows whose lead is more than luck. */
  readonly leaders: ReadonlyMap<string, ReadonlySet<string>>;
  readonly paper: Paper | null;
}

function SummaryRow({ row, axes, measured, leaders, paper }: SummaryRowProps) {
  const looks = useMethodLooks();
  const { method, records } = row;
  const find = (score: string, epoch: "last" | "best"): SummaryRecord | undefined =>
    records.find((one) => one.score === score && one.epoch === epoch);
  return (
    <tr>
      <MethodHead look={looks(method)} />
      <SettingCells axes={axes} setting={records[0].setting} />
      {measured.map(({ id }, index) => [
        <MeanCell key={id} of={find(id, "last")} bold={leaders.get(id)?.has(row.key) === true} />,
        index === 0 && paper !== null && (
          <td key={`${id}~paper`} className={`${tableClasses.number} ${textClasses.soft}`}>
            {paper(method)}
          </td>
        ),
        <MeanCell key={`${id}~best`} of={find(id, "best")} />,
      ])}
      <td className={tableClasses.number}>{records[0].seeds.length}</td>
    </tr>
  );
}
