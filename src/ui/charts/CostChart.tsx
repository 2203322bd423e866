import { useMemo } from "react";
import type { Cost } from "../../analysis/costs.ts";
import { referenceOf } from "../../analysis/comparison/reference.ts";
import { paperScores } from "../../analysis/paper.ts";
import { leastSteps, methodCosts } from "../../store/results/costs.ts";
import { formatBytes, formatStepTime } from "../../core/format.ts";
import { useSelect } from "../app-context.ts";
import { useMethodLooks, type MethodLooks } from "../kit/palette.ts";
import { MarkerIcon } from "../kit/marks/Marker.tsx";
import { useShownRuns } from "../results/use-shown.ts";
import type { ChartTable } from "./card/chart-table.ts";
import { ChartCard, ChartWaiting } from "./ChartCard.tsx";
import { hiddenText, useAllHidden } from "./hidden.ts";
import textClasses from "../kit/text.module.css";
import classes from "./CostChart.module.css";

/** What each method costs in time and memory, as a ratio to the first method. */
export function CostChart() {
  const runs = useShownRuns();
  const hidden = useSelect((state) => state.view.hidden);
  const looks = useMethodLooks();
  const all = useMemo(() => methodCosts(runs), [runs]);
  const allHidden = useAllHidden();
  const costs = all.filter(({ method }) => !hidden.includes(method));
  // It stays what the others are held against, seen or not.
  const reference = referenceOf(all);
  const timed = costs.filter((cost) => cost.msPerStep !== null);
  return (
    <ChartCard
      title="Cost"
      about={reference === undefined ? undefined : `as a ratio to ${looks(reference.method).label}`}
      notes={costs.some(({ paper }) => published(paper.time) || published(paper.memory)) ? [paperNote] : []}
      table={timed.length === 0 ? null : () => tableOf(costs, looks)}
    >
      {timed.length === 0 ? (
        <ChartWaiting text={allHidden ? hiddenText : `Time and memory will show here after ${leastSteps} steps.`} />
      ) : (
        <div className={classes.costs}>
          <Bars
            title="Time a step"
            costs={costs}
            looks={looks}
            ratio={(cost) => cost.timeRatio}
            paper={(cost) => cost.paper.time}
            text={(cost) => (cost.msPerStep === null ? "–" : formatStepTime(cost.msPerStep))}
          />
          <Bars
            title="GPU memory"
            costs={costs}
            looks={looks}
            ratio={(cost) => cost.memoryRatio}
            paper={(cost) => cost.paper.memory}
            text={(cost) => formatBytes(cost.bytes)}
          />
        </div>
      )}
    </ChartCard>
  );
}

function tableOf(costs: readonly Cost[], looks: MethodLooks): ChartTable {
  return {
    columns: ["Method", "ms a step", "Time ratio", "Paper’s time ratio", "MiB", "Memory ratio", "Paper’s memory ratio"],
    rows: costs.map(({ method, msPerStep, timeRatio, paper, bytes, memoryRatio }) => [
      looks(method).label,
      msPerStep,
      timeRatio,
      paper.time,
      bytes / 2 ** 20,
      memoryRatio,
      paper.memory,
    ]),
  };
}

const paperNote = `Paper, and the triangle on a bar: its ratio there, of a model of ${paperScores.size} on another device.`;

/** The yardstick's own ratio is 1 by definition and says nothing. */
function published(ratio: number | null): ratio is number {
  return ratio !== null && ratio !== 1;
}

const paperLook = { color: "var(--ink)", shape: "down" } as const;

interface BarsProps {
  readonly title: string;
  readonly costs: readonly Cost[];
  readonly looks: MethodLooks;
  readonly ratio: (cost: Cost) => number | null;
  /** The paper's ratio. */
  readonly paper: (cost: Cost) => number | null;
  readonly text: (cost: Cost) => string;
}

function Bars({ title, costs, looks, ratio, paper, text }: BarsProps) {
  const most = Math.max(1, ...costs.flatMap((cost) => [ratio(cost) ?? 0, (paper(cost) ?? 0) * 1.03]));
  return (
    <div>
      <h4 className={classes.title}>{title}</h4>
      <ul className={classes.bars}>
        {costs.map((cost) => {
          const value = ratio(cost);
          const theirs = paper(cost);
          return (
            <li key={cost.method}>
              <span className={textClasses.named}>
                <MarkerIcon look={looks(cost.method)} /> {looks(cost.method).label}
              </span>
              <span className={classes.figure}>
                <b>{value === null ? "–" : `${value.toFixed(2)} ×`}</b>{" "}
                <span className={textClasses.soft}>{text(cost)}</span>
              </span>
              <span className={classes.track} aria-hidden>
                <span
                  className={classes.bar}
                  style={{ width: `${((value ?? 0) / most) * 100}%`, background: looks(cost.method).color }}
                />
                <span className={classes.one} style={{ left: `${(1 / most) * 100}%` }} />
                {published(theirs) && (
                  <span className={classes.paper} style={{ left: `${(theirs / most) * 100}%` }}>
                    <MarkerIcon look={paperLook} radius={3.5} />
                  </span>
                )}
              </span>
              {published(theirs) && <span className={classes.note}>paper {theirs.toFixed(2)} ×</span>}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
