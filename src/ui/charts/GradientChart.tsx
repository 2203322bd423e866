import { useMemo } from "react";
import { stepCurves } from "../../store/results/curves.ts";
import { useSelect } from "../app-context.ts";
import { useMethodLooks } from "../kit/palette.ts";
import { ChartCard, ChartWaiting } from "./ChartCard.tsx";
import { CurveChart } from "./CurveChart.tsx";
import { useLiveRuns } from "./live.tsx";

/** Global gradient norm after the method's masks and before clipping. */
export function GradientChart() {
  const runs = useLiveRuns();
  const view = useSelect((state) => state.view);
  const looks = useMethodLooks();
  const data = useMemo(() => {
    const curves = stepCurves(runs, "gradNorm", view);
    return { ...curves, raw: [] };
  }, [runs, view]);
  return (
    <ChartCard title="Gradient norm" about="after masks, before clipping">
      {data.rows.length === 0 ? (
        <ChartWaiting text="The first steps will show here." />
      ) : (
        <CurveChart data={data} looks={looks} height={170} label="Global gradient norm over steps, by method." />
      )}
    </ChartCard>
  );
}
