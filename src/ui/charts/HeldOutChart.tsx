import { VisuallyHidden } from "@mantine/core";
import { CartesianGrid, Line, LineChart, Tooltip, XAxis, YAxis } from "recharts";
import { formatPerplexity, perplexityOf } from "../../analysis/adaptation.ts";
import type { LossesRecord } from "../../contract/pretraining.ts";
import { ChartTableView } from "./card/ChartTableView.tsx";
import { outerTicks } from "../../analysis/drawing/ticks.ts";
import { curveChart, valueAxis, xAxis } from "./ticks.ts";
import chartClasses from "./charts.module.css";
import textClasses from "../kit/text.module.css";
import tipClasses from "./tip.module.css";

interface HeldOutChartProps {
  readonly evaluations: readonly LossesRecord[];
  readonly stepsPlanned: number;
}

/** More would hide the line. */
const mostDots = 20;

/** How well the model knows text that it is not trained on, over the steps of an adaptation. */
export function HeldOutChart({ evaluations, stepsPlanned }: HeldOutChartProps) {
  const rows = evaluations.map((losses) => ({ x: losses.step, value: perplexityOf(losses) }));
  const [first, last] = [evaluations[0], evaluations.at(-1)];
  if (first === undefined || last === undefined) return null;
  const values = rows.map((row) => row.value);
  return (
    <div className={chartClasses.plot}>
      <VisuallyHidden>
        Held-out perplexity over the steps: {formatPerplexity(perplexityOf(first))} before,{" "}
        {formatPerplexity(perplexityOf(last))} at step {last.step}.
      </VisuallyHidden>
      <LineChart {...curveChart} style={{ width: "100%", height: 130 }} data={rows}>
        <CartesianGrid vertical={false} stroke="var(--grid)" />
        <XAxis {...xAxis([0, Math.max(2, stepsPlanned, last.step)], "step", 4)} />
        <YAxis {...valueAxis(outerTicks(values, 3))} width={44} tickFormatter={formatPerplexity} />
        <Line
          dataKey="value"
          stroke="var(--accent)"
          strokeWidth={2}
          dot={rows.length > mostDots ? false : { r: 3, fill: "var(--accent)", stroke: "var(--card)", strokeWidth: 1 }}
          activeDot={{ r: 4, stroke: "var(--card)", strokeWidth: 1.5, fill: "var(--accent)" }}
          isAnimationActive={false}
        />
        <Tooltip isAnimationActive={false} cursor={{ stroke: "var(--line-strong)" }} content={<Tip />} />
      </LineChart>
      <details className={textClasses.details}>
        <summary>As a table</summary>
        <ChartTableView
          title="Held-out perplexity"
          table={{ columns: ["Step", "Perplexity"], rows: rows.map(({ x, value }) => [x, value]) }}
        />
      </details>
    </div>
  );
}

interface TipProps {
  /** The chart fills all of them in. */
  readonly active?: boolean;
  readonly label?: string | number;
  readonly payload?: readonly { readonly value?: unknown }[];
}

function Tip({ active = false, label, payload = [] }: TipProps) {
  const value = payload[0]?.value;
  if (!active || typeof value !== "number") return null;
  return (
    <div className={tipClasses.tip}>
      <p className={tipClasses.step}>Step {label}</p>
      <p className={tipClasses.line}>
        <span className={tipClasses.dot} style={{ background: "var(--accent)" }} />
        <span>perplexity</span>
        <b>{formatPerplexity(value)}</b>
      </p>
    </div>
  );
}
