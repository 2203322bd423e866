import { useMemo } from "react";
import type { SummaryRecord } from "../../../contract/run.ts";
import { placeText } from "../../../store/setup/axes.ts";
import { byMethod } from "../../../store/results/by-method.ts";
import { metricOn } from "../../../store/results/scores.ts";
import { standingAt } from "../../../store/results/shown.ts";
import { useSelect } from "../../app-context.ts";
import { countOf, formatScore } from "../../../core/format.ts";
import { useMethodLooks } from "../../kit/palette.ts";
import { ScrollRegion } from "../../kit/ScrollRegion.tsx";
import { useMetric } from "../use-metric.ts";
import { useShownAxes, useShownSetting } from "../use-shown.ts";
import { Swatch } from "../../kit/Swatch.tsx";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import tableClasses from "../table.module.css";
import classes from "./OutOfDomain.module.css";

/** Scores on sets of other sources, methods by sets, with dev before them: does what was learnt hold elsewhere? */
export function OutOfDomain() {
  const summary = useSelect((state) => state.experiment.summary);
  const transfers = useSelect((state) => state.experiment.config?.transfers);
  const axes = useShownAxes();
  const setting = useShownSetting();
  const { metric, metrics } = useMetric();
  const base = baseOf(metric.id, metrics[0]?.id ?? "");
  const label = metrics.find(({ id }) => id === base)?.label ?? base;
  const scores = [base, ...(transfers ?? []).map(({ name }) => metricOn(base, name))];
  const groups = useMemo(
    () => byMethod(standingAt(summary, setting).filter(({ seeds }) => seeds.length > 0)),
    [summary, setting],
  );
  if (transfers === undefined || transfers.length === 0 || groups.length === 0) return null;
  const at = placeText(axes, setting);
  return (
    <section className={cardClasses.card}>
      <h3 className={cardClasses.title}>Out of domain</h3>
      <p className={textClasses.hint}>
        {label} × 100 after the last step, on dev and on sets of other sources that nothing was trained on: mean ±
        standard deviation over seeds{at !== "" && `, at ${at}`}. Bold: the highest of a set.
      </p>
      <ScrollRegion label="Scores on sets of other sources">
        <table className={tableClasses.table}>
          <thead>
            <tr>
              <th scope="col">Method</th>
              {["Dev", ...transfers.map(({ name }) => name)].map((name) => (
                <th key={name} scope="col" className={tableClasses.number}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {groups.map(([method, own]) => (
              <MethodRow
                key={method}
                method={method}
                records={scores.map((score) => lastOf(own, score))}
                all={groups}
              />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <ul className={classes.notes}>
        {transfers.map(({ name, rowCount, mapping }) => (
          <li key={name}>
            <b>{name}</b>: {countOf(rowCount, "row")}. {mapping}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The score without the set that it is of. */
function baseOf(metric: string, first: string): string {
  const [base = ""] = metric.split("@");
  return base === "" ? first : base;
}

function lastOf(records: readonly SummaryRecord[], score: string): SummaryRecord | null {
  return records.find((one) => one.score === score && one.epoch === "last") ?? null;
}

interface MethodRowProps {
  readonly method: string;
  /** Of dev and of every set. */
  readonly records: readonly (SummaryRecord | null)[];
  readonly all: readonly (readonly [string, readonly SummaryRecord[]])[];
}

function MethodRow({ method, records, all }: MethodRowProps) {
  const looks = useMethodLooks();
  return (
    <tr>
      <th scope="row">
        <span className={textClasses.named}>
          <Swatch look={looks(method)} /> {looks(method).label}
        </span>
      </th>
      {records.map((record, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a method may lack the record that the column is of
        <td key={index} className={tableClasses.number} data-top={record !== null && isTop(record, all)}>
          {formatScore(record?.mean ?? null)}
          {record !== null && record.std !== null && (
            <span className={textClasses.soft}> ± {formatScore(record.std)}</span>
          )}
        </td>
      ))}
    </tr>
  );
}

function isTop({ score, mean }: SummaryRecord, all: MethodRowProps["all"]): boolean {
  const means = all.flatMap(([, own]) => lastOf(own, score)?.mean ?? []);
  return mean !== null && means.length > 1 && mean === Math.max(...means);
}
