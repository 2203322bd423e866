import { useElementSize } from "@mantine/hooks";
import type { ReactNode } from "react";
import { innerTicks } from "../../../analysis/drawing/ticks.ts";
import { formatNumber } from "../../../core/format.ts";
import classes from "./answers.module.css";

/** From values to places. */
export interface PlaneScale {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

interface PlaneProps {
  /** Said to screen readers in place of the picture. */
  readonly label: string;
  readonly height: number;
  readonly xDomain: readonly [number, number];
  readonly yDomain: readonly [number, number];
  readonly xTitle: string;
  readonly yTitle: string;
  readonly yFormat?: (value: number) => string;
  readonly children: (scale: PlaneScale) => ReactNode;
}

const [left, right, top, bottom] = [38, 10, 24, 36];

/** Two axes with their grid, and what is drawn between them. */
export function Plane(props: PlaneProps) {
  const { label, height, xDomain, yDomain, xTitle, yTitle, yFormat = formatNumber, children } = props;
  const { ref, width: found } = useElementSize();
  const width = Math.max(220, found);
  const scale: PlaneScale = {
    x: (value) => left + ((value - xDomain[0]) / (xDomain[1] - xDomain[0])) * (width - left - right),
    y: (value) => height - bottom - ((value - yDomain[0]) / (yDomain[1] - yDomain[0])) * (height - top - bottom),
  };
  const xTicks = innerTicks(xDomain[0], xDomain[1], 5).ticks;
  const yTicks = innerTicks(yDomain[0], yDomain[1], 4).ticks;
  return (
    <div ref={ref}>
      <svg className={classes.plane} width="100%" height={height} role="img" aria-label={label}>
        {yTicks.map((tick) => (
          <g key={tick}>
            <line x1={left} x2={width - right} y1={scale.y(tick)} y2={scale.y(tick)} stroke="var(--grid)" />
            <text x={left - 6} y={scale.y(tick) + 3} textAnchor="end">
              {yFormat(tick)}
            </text>
          </g>
        ))}
        {xTicks.map((tick) => (
          <text key={tick} x={scale.x(tick)} y={height - bottom + 14} textAnchor="middle">
            {formatNumber(tick)}
          </text>
        ))}
        <line x1={left} x2={width - right} y1={height - bottom} y2={height - bottom} stroke="var(--line-strong)" />
        <text x={(left + width - right) / 2} y={height - 4} textAnchor="middle">
          {xTitle}
        </text>
        <text x={0} y={11}>
          {yTitle}
        </text>
        {children(scale)}
      </svg>
    </div>
  );
}
