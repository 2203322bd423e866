import { useMemo } from "react";
import { stepCurves } from "../../store/curves.ts";
import { useApp, useSelect } from "../app-context.ts";
import { useMethodLooks } from "../palette.ts";
import { ChartCard, ChartWaiting } from "./ChartCard.tsx";
import { CurveChart } from "./CurveChart.tsx";
import { useLiveVersion } from "./live.tsx";

/** The learning rate as the schedule gave it. */
export function LearningRateChart() {
  const { archive } = useApp();
  const version = useLiveVersion();
  const view = useSelect((state) => state.view);
  const looks = useMethodLooks();
  const data = useMemo(() => {
    const curves = stepCurves(archive.runs, "learningRate", view);
    // Every seed follows the same schedule, so there is nothing to band.
    return { ...curves, shades: [], lines: curves.lines.map((line) => ({ ...line, band: null })) };
  }, [archive, version, view]);
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
