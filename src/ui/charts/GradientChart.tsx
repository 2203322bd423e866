import { useMemo } from "react";
import { stepCurves } from "../../store/results/curves.ts";
import { useSelect } from "../app-context.ts";
import { CurveCard } from "./CurveChart.tsx";
import { useLiveRuns } from "./live.tsx";

/** Global gradient norm after the method's masks and before clipping. */
export function GradientChart() {
  const runs = useLiveRuns();
  const view = useSelect((state) => state.view);
  const data = useMemo(() => ({ ...stepCurves(runs, "gradNorm", view), raw: [] }), [runs, view]);
  return (
    <CurveCard
      title="Gradient norm"
      about="after masks, before clipping"
      data={data}
      height={170}
      logarithmic
      label="Global gradient norm over steps, by method."
    />
  );
}
