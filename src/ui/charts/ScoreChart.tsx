import { useMemo } from "react";
import { scoreCurves } from "../../store/results/curves.ts";
import { formatFixed, formatScore } from "../../core/format.ts";
import { useSelect } from "../app-context.ts";
import { useMethodLooks } from "../kit/palette.ts";
import { scoreTitle, useMetric } from "../results/use-metric.ts";
import { CurveCard } from "./CurveChart.tsx";
import { useLiveRuns } from "./live.tsx";

/** The chosen dev score at every evaluation, with mean and band over seeds. */
export function ScoreChart() {
  const runs = useLiveRuns();
  const view = useSelect((state) => state.view);
  const looks = useMethodLooks();
  const { metric } = useMetric();
  const data = useMemo(() => scoreCurves(runs, metric.id, view), [runs, view, metric.id]);
  // Sets of other sources are looked at once, for that takes as long as all of them have rows.
  const when = metric.set === null ? "at each evaluation" : "after the last step only";
  const lines = data.lines.map(({ method, key }) => `${looks(method).label} ${formatScore(lastOf(data.rows, key))}`);
  return (
    <CurveCard
      title={scoreTitle(metric)}
      about={`× 100, ${when}; higher is better`}
      waiting="The first evaluation will show here."
      data={data}
      height={280}
      dots
      format={(value) => formatFixed(value * 100, 1)}
      label={`${scoreTitle(metric)} over steps: ${lines.join(", ")}`}
    />
  );
}

function lastOf(rows: readonly Readonly<Record<string, unknown>>[], key: string): number | null {
  const value = rows.findLast((row) => typeof row[key] === "number")?.[key];
  return typeof value === "number" ? value : null;
}
