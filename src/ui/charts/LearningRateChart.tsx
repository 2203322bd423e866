import { useMemo } from "react";
import { stepCurves } from "../../store/results/curves.ts";
import { useSelect } from "../app-context.ts";
import { useMethodLooks } from "../kit/palette.ts";
import { ChartCard, ChartWaiting } from "./ChartCard.tsx";
import { CurveChart } from "./CurveChart.tsx";
import { useLiveRuns } from "./live.tsx";

/** The learning rate as the schedule gave it. */
export function LearningRateChart() {
  const runs = useLiveRuns();
  const view = useSelect((state) => state.view);
  const looks = useMethodLooks();
  const data = useMemo(() => {
    const curves = stepCurves(runs, "learningRate", view);
    // Every seed follows the same schedule, so there is nothing to band.
    return { ...curves, shades: [], lines: curves.lines.map((line) => ({ ...line, band: null })) };
  }, [runs, view]);
  return (
    <ChartCard title="Learning rate" about="after warm-up and decay">
      {data.rows.length === 0 ? (
        <ChartWaiting text="The first steps will show here." />
      ) : (
        <CurveChart data={data} looks={looks} height={170} label="Learning rate over steps, by method." />
      )}
    </ChartCard>
  );
}
