import { useMemo } from "react";
import { referenceOf } from "../../analysis/reference.ts";
import { methodCosts } from "../../store/costs.ts";
import type { MethodCost } from "../../store/costs.ts";
import { useSelect } from "../app-context.ts";
import { formatBytes, formatStepTime } from "../format.ts";
import { useMethodLooks } from "../palette.ts";
import type { MethodLooks } from "../palette.ts";
import { ChartCard, ChartWaiting } from "./ChartCard.tsx";
import classes from "./charts.module.css";

/** What each method costs in time and memory, as a ratio to the first method. */
export function CostChart() {
  const runs = useSelect((state) => state.experiment.runs);
  const looks = useMethodLooks();
  const costs = useMemo(() => methodCosts(runs), [runs]);
  const reference = referenceOf(costs);
  const timed = costs.filter((cost) => cost.msPerStep !== null);
  return (
    <ChartCard
      title="Cost"
      about={reference === undefined ? undefined : `as a ratio to ${looks(reference.method).label}`}
    >
      {timed.length === 0 ? (
        <ChartWaiting text="Time and memory by method will show here." />
      ) : (
        <div className={classes.costs}>
          <Bars
            title="Time a step"
            costs={costs}
            looks={looks}
            ratio={(cost) => cost.timeRatio}
            text={(cost) => (cost.msPerStep === null ? "–" : formatStepTime(cost.msPerStep))}
          />
          <Bars
            title="GPU memory"
            costs={costs}
            looks={looks}
            ratio={(cost) => cost.memoryRatio}
            text={(cost) => formatBytes(cost.bytes)}
          />
        </div>
      )}
    </ChartCard>
  );
}

interface BarsProps {
  readonly title: string;
  readonly costs: readonly MethodCost[];
  readonly looks: MethodLooks;
  readonly ratio: (cost: MethodCost) => number | null;
  readonly text: (cost: MethodCost) => string;
}

function Bars({ title, costs, looks, ratio, text }: BarsProps) {
  const most = Math.max(1, ...costs.map((cost) => ratio(cost) ?? 0));
  return (
    <div>
      <h4 className={classes.barsTitle}>{title}</h4>
      <ul className={classes.bars}>
        {costs.map((cost) => {
          const value = ratio(cost);
          return (
            <li key={cost.method}>
              <span className={classes.barName}>{looks(cost.method).label}</span>
              <span className={classes.barValue}>
                <b>{value === null ? "–" : `${value.toFixed(2)} ×`}</b>{" "}
                <span className={classes.soft}>{text(cost)}</span>
              </span>
              <span className={classes.barTrack} aria-hidden>
                <span
                  className={classes.bar}
                  style={{ width: `${((value ?? 0) / most) * 100}%`, background: looks(cost.method).color }}
                />
                <span className={classes.barOne} style={{ left: `${(1 / most) * 100}%` }} />
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
