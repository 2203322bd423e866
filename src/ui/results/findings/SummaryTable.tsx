import { UnstyledButton } from "@mantine/core";
import { useMemo, useState } from "react";
import { cellKey } from "../../../analysis/cells.ts";
import { paperScores, scoreInPaper } from "../../../analysis/paper.ts";
import { fewSeedsWarning } from "../../../analysis/seeds.ts";
import type { SummaryRecord } from "../../../contract/run.ts";
import type { ShownAxis } from "../../../store/setup/axes.ts";
import type { MetricChoice } from "../../../store/results/scores.ts";
import { useSelect } from "../../app-context.ts";
import { formatScore, formatSpread } from "../../../core/format.ts";
import { useMethodLooks } from "../../kit/palette.ts";
import { ScrollRegion } from "../../kit/ScrollRegion.tsx";
import { useMetric } from "../use-metric.ts";
import { useShownAxes } from "../use-shown.ts";
import { Comparison } from "./Comparison.tsx";
import { SettingCells, SettingHeads } from "./SettingCells.tsx";
import { Swatch } from "../../kit/Swatch.tsx";
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
  const paper = usePaper(measured[0]?.id ?? "", rows);
  if (rows.length === 0 || measured.length === 0) return null;
  const warning = fewSeedsWarning(Math.min(...summary.map((one) => one.seeds.length)));
  const listed = all ? rows : rows.slice(0, rowLimit);
  return (
    <section className={cardClasses.card}>
      <h3 className={cardClasses.title}>Mean ± standard deviation over seeds</h3>
      <p className={textClasses.hint}>
        Dev scores × 100. “Last” is the score after the last step, which papers report. “Best” is the highest of all
        evaluations: it was chosen on the dev set and flatters.
        {paper !== null && paperHint}
      </p>
      <ScrollRegion label="Means by method">
        <table className={tableClasses.table}>
          <Heads axes={axes} measured={measured} paper={paper !== null} />
          <tbody>
            {listed.map((row) => (
              <SummaryRow key={row.key} row={row} axes={axes} measured={measured} summary={summary} paper={paper} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {listed.length < rows.length && (
        <UnstyledButton className={tableClasses.more} onClick={() => setAll(true)}>
          Show all {rows.length} rows
        </UnstyledButton>
      )}
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

/** The paper's figure of a method in words; null where it has none of this task, or the score is not its own. */
type Paper = (method: string) => string;

function usePaper(first: string, rows: readonly Row[]): Paper | null {
  const task = useSelect((state) => state.experiment.config?.task ?? "");
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

interface HeadsProps {
  readonly axes: readonly ShownAxis[];
  readonly measured: readonly MetricChoice[];
  readonly paper: boolean;
}

function Heads({ axes, measured, paper }: HeadsProps) {
  return (
    <thead>
      <tr>
        <th scope="col">Method</th>
        <SettingHeads axes={axes} />
        {measured.map(({ id, label }, index) => [
          <th key={id} scope="col" className={tableClasses.number}>
            {label}, last
          </th>,
          index === 0 && paper && (
            <th key={`${id}~paper`} scope="col" className={tableClasses.number}>
              Paper
            </th>
          ),
          <th key={`${id}~best`} scope="col" className={tableClasses.number}>
            {label}, best
          </th>,
        ])}
        <th scope="col" className={tableClasses.number}>
          Seeds
        </th>
      </tr>
    </thead>
  );
}

interface SummaryRowProps {
  readonly row: Row;
  readonly axes: readonly ShownAxis[];
  readonly measured: readonly MetricChoice[];
  readonly summary: readonly SummaryRecord[];
  readonly paper: Paper | null;
}

function SummaryRow({ row, axes, measured, summary, paper }: SummaryRowProps) {
  const looks = useMethodLooks();
  const { method, records } = row;
  const find = (score: string, epoch: "last" | "best"): SummaryRecord | undefined =>
    records.find((one) => one.score === score && one.epoch === epoch);
  return (
    <tr>
      <th scope="row">
        <span className={textClasses.named}>
          <Swatch look={looks(method)} /> {looks(method).label}
        </span>
      </th>
      <SettingCells axes={axes} setting={records[0].setting} />
      {measured.map(({ id }, index) => [
        <Score key={id} of={find(id, "last")} top={isTop(summary, find(id, "last"))} />,
        index === 0 && paper !== null && (
          <td key={`${id}~paper`} className={`${tableClasses.number} ${textClasses.soft}`}>
            {paper(method)}
          </td>
        ),
        <Score key={`${id}~best`} of={find(id, "best")} top={false} />,
      ])}
      <td className={tableClasses.number}>{records[0].seeds.length}</td>
    </tr>
  );
}

/** true for the highest mean, where there are at least two to compare. */
function isTop(all: readonly SummaryRecord[], own: SummaryRecord | undefined): boolean {
  if (own === undefined || own.mean === null) return false;
  const means = all.flatMap((one) => (one.score === own.score && one.epoch === own.epoch ? (one.mean ?? []) : []));
  return means.length > 1 && own.mean === Math.max(...means);
}

function Score({ of, top }: { readonly of: SummaryRecord | undefined; readonly top: boolean }) {
  return (
    <td className={tableClasses.number} data-top={top}>
      {formatScore(of?.mean ?? null)}
      {of !== undefined && of.std !== null && <span className={textClasses.soft}> ± {formatScore(of.std)}</span>}
    </td>
  );
}
