import { cellKey, type Place } from "../../../analysis/grids/cells.ts";
import type { ComparisonRecord } from "../../../contract/comparison.ts";
import type { SummaryRecord } from "../../../contract/run.ts";
import { useSelect } from "../../app-context.ts";
import { formatDifference, formatFixed, formatP, formatRange, formatScore, formatShare } from "../../../core/format.ts";
import { useMethodLooks } from "../../kit/palette.ts";
import { useShownAxes } from "../use-shown.ts";
import { MethodTable, SettingCells } from "../MethodTable.tsx";
import textClasses from "../../kit/text.module.css";
import tableClasses from "../table.module.css";
import classes from "./comparison.module.css";

interface ComparisonFiguresProps {
  readonly records: readonly ComparisonRecord[];
  readonly metric: string;
}

/** The figures behind the sentences, and the rule they follow. */
export function ComparisonFigures({ records, metric }: ComparisonFiguresProps) {
  const summary = useSelect((state) => state.experiment.summary);
  const own = summary.filter(({ score, epoch, seeds }) => score === metric && epoch === "last" && seeds.length > 0);
  return (
    <details className={`${textClasses.details} ${classes.figures}`}>
      <summary>All figures, and how it is decided</summary>
      <Table
        label="Differences"
        heads={["Difference", "95 % interval", "resampled", "Effect", "Higher in", "p", "p, Holm", "p, Wilcoxon"]}
        rows={records.map((record) => ({ of: record, cells: differenceCells(record) }))}
      />
      <Table
        label="Scores after the last step"
        heads={["Mean", "Standard error", "95 % interval", "Worst", "Best", "Average rank"]}
        rows={own.map((record) => ({ of: record, cells: summaryCells(record) }))}
      />
      <p className={classes.rule}>
        The verdict follows a paired t-test after Holm&rsquo;s correction for as many methods and settings as were
        compared: more than luck explains where p is at most 0.05 and there are five seeds or more. Wilcoxon&rsquo;s
        signed-rank test assumes less, but under six seeds it cannot come below 0.05, whatever the scores: the least it
        could have said stands in brackets. Resampled intervals need no bell curve either, but of few seeds they come
        out too narrow. Effect: mean of the differences over their standard deviation. Average rank: over seeds, 1 is
        best.
      </p>
    </details>
  );
}

function differenceCells(record: ComparisonRecord): readonly string[] {
  const { difference, interval, bootstrapInterval, effectSize, superiority, seeds, wilcoxon } = record;
  return [
    formatDifference(difference),
    formatRange(interval),
    formatRange(bootstrapInterval),
    effectSize === null ? "–" : formatFixed(effectSize, 2),
    superiority === null ? "–" : `${formatShare(superiority)} of ${seeds.length}`,
    formatP(record.pValue),
    formatP(record.adjustedPValue),
    wilcoxon === null ? "–" : `${formatP(wilcoxon.pValue)} (${formatP(wilcoxon.smallestPValue)})`,
  ];
}

function summaryCells({ mean, standardError, interval, range: ends, rank }: SummaryRecord): readonly string[] {
  return [
    formatScore(mean),
    formatScore(standardError),
    formatRange(interval),
    formatScore(ends?.[0] ?? null),
    formatScore(ends?.[1] ?? null),
    rank?.toFixed(2) ?? "–",
  ];
}

interface TableProps {
  readonly label: string;
  readonly heads: readonly string[];
  readonly rows: readonly { readonly of: Place; readonly cells: readonly string[] }[];
}

function Table({ label, heads, rows }: TableProps) {
  const looks = useMethodLooks();
  const axes = useShownAxes();
  return (
    <MethodTable label={label} first={label} axes={axes} heads={heads}>
      {rows.map(({ of, cells }) => (
        <tr key={cellKey(of)}>
          <th scope="row">
            <span className={textClasses.named}>{looks(of.method).label}</span>
          </th>
          <SettingCells axes={axes} setting={of.setting} />
          {cells.map((cell, index) => (
            <td key={heads[index]} className={tableClasses.number}>
              {cell}
            </td>
          ))}
        </tr>
      ))}
    </MethodTable>
  );
}
