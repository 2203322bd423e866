import { useMemo } from "react";
import { majorityScore, predictsOneClass } from "../../analysis/scores/one-class.ts";
import { scoreCurves } from "../../store/results/curves.ts";
import { countOf, formatFixed, formatScore } from "../../core/format.ts";
import { useSelect } from "../app-context.ts";
import { useMethodLooks } from "../kit/palette.ts";
import { scoreTitle, useMetric } from "../results/use-metric.ts";
import { CurveCard, type CurveReference } from "./CurveChart.tsx";
import { useLiveRuns } from "./live.tsx";

/** The chosen dev score at every evaluation, with mean and band over seeds. */
export function ScoreChart() {
  const runs = useLiveRuns();
  const view = useSelect((state) => state.view);
  const looks = useMethodLooks();
  const { metric } = useMetric();
  const data = useMemo(() => scoreCurves(runs, metric.id, view), [runs, view, metric.id]);
  // Sets of other sources are looked at once, for that takes as long as all of them have rows.
  const bySecond = data.unit === "second";
  const when =
    metric.set !== null
      ? "after the last step only"
      : bySecond
        ? "straight lines between evaluations"
        : "at each evaluation";
  const counts = useSelect((state) => state.experiment.config?.devLabelCounts);
  const baseline = useMemo(() => (metric.set === null ? baselineOf(metric.id, counts) : null), [metric, counts]);
  const oneClass = runs.filter(predictsOneClass).length;
  const lines = data.lines.map(({ method, key }) => `${looks(method).label} ${formatScore(lastOf(data.rows, key))}`);
  return (
    <CurveCard
      title={scoreTitle(metric)}
      about={`× 100, ${when}; higher is better${baseline === null ? "" : `; ${baseline.label.toLowerCase()}`}`}
      waiting="The first evaluation will show here."
      data={data}
      reference={baseline}
      notes={
        oneClass === 0 ? [] : [`${countOf(oneClass, "run")} so far predict${oneClass === 1 ? "s" : ""} one class only.`]
      }
      height={280}
      dots={!bySecond}
      factor={100}
      format={(value) => formatFixed(value * 100, 1)}
      label={`${scoreTitle(metric)} by method, at the end: ${[...lines, ...(baseline === null ? [] : [baseline.label])].join(", ")}`}
    />
  );
}

/** What the most frequent class would score, or, for a correlation, what chance does; null where that is not known. */
function baselineOf(metric: string, counts: readonly number[] | undefined): CurveReference | null {
  if (counts === undefined) return null;
  const value = majorityScore(metric, counts);
  return { value, label: `${counts.length === 0 ? "Chance" : "Most frequent class"} ${formatScore(value)}` };
}

function lastOf(rows: readonly Readonly<Record<string, unknown>>[], key: string): number | null {
  const value = rows.findLast((row) => typeof row[key] === "number")?.[key];
  return typeof value === "number" ? value : null;
}
