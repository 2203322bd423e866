import { useMemo } from "react";
import { stepCurves } from "../../store/results/curves.ts";
import { useSelect } from "../app-context.ts";
import { CurveCard } from "./CurveChart.tsx";
import { useLiveRuns } from "./live.tsx";

/** The learning rate as the schedule gave it. */
export function LearningRateChart() {
  const runs = useLiveRuns();
  const view = useSelect((state) => state.view);
  const data = useMemo(() => {
    const curves = stepCurves(runs, "learningRate", view);
    // Every seed follows the same schedule, so there is nothing to band.
    return { ...curves, shades: [], lines: curves.lines.map((line) => ({ ...line, band: null })) };
  }, [runs, view]);
  return (
    <CurveCard
      title="Learning rate"
      about="after warm-up and decay"
      data={data}
      height={170}
      logarithmic
      label="Learning rate over steps, by method."
    />
  );
}
