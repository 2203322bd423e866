import { useMemo } from "react";
import { stepCurves } from "../../store/results/curves.ts";
import { useSelect } from "../app-context.ts";
import { CurveCard } from "./CurveChart.tsx";
import { useLiveRuns } from "./live.tsx";

/** Training loss: smoothed, raw values faint behind, mean and band over seeds, stage II shaded. */
export function LossChart() {
  const runs = useLiveRuns();
  const view = useSelect((state) => state.view);
  const catalog = useSelect((state) => state.engine.catalog);
  const data = useMemo(() => stepCurves(runs, "loss", view), [runs, view]);
  const methods = new Set(data.lines.map((line) => line.method));
  const notes = (catalog?.methods ?? []).flatMap((entry) =>
    entry.lossNote !== null && methods.has(entry.id) ? [`${entry.label}: ${entry.lossNote}`] : [],
  );
  const band = data.lines.some((line) => line.band !== null) ? "mean ± standard deviation over seeds; " : "";
  const shade = data.shades.length > 0 ? "; shaded: stage II" : "";
  return (
    <CurveCard
      title="Training loss"
      about={`${band}smoothed by ${view.smoothing}${shade}`}
      notes={notes}
      data={data}
      height={280}
      logarithmic
      label="Training loss by method; the menu shows it as a table."
    />
  );
}
