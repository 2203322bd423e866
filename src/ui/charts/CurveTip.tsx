import { rowNear } from "../../store/results/curve-rows.ts";
import type { CurveData } from "../../store/results/curves.ts";
import type { MethodLooks } from "../kit/palette.ts";
import { Swatch } from "../kit/Swatch.tsx";
import { xText } from "./curves/x-text.ts";
import classes from "./tip.module.css";

interface CurveTipProps {
  readonly data: CurveData;
  readonly looks: MethodLooks;
  readonly format: (value: number) => string;
  /** These two the chart fills in; label: where on the axis. */
  readonly active?: boolean;
  readonly label?: string | number;
}

const lineLimit = 12;

/** The values at one place of the axis: every method's mean ± deviation, or every seed's value. */
export function CurveTip({ data, looks, format, active = false, label }: CurveTipProps) {
  // What lies under the pointer may be a raw value behind the lines, at a place that no row has.
  const row = rowNear(data.rows, Number(label));
  if (!active || row === undefined) return null;
  const known = data.lines.flatMap((line) => {
    const value = row[line.key];
    if (typeof value !== "number") return [];
    const band = line.band === null ? undefined : row[line.band];
    const spread = typeof band === "object" ? ` ± ${format((band[1] - band[0]) / 2)}` : "";
    const name = line.seed === null ? looks(line.method).label : `${looks(line.method).label}, seed ${line.seed}`;
    return [{ key: line.key, look: looks(line.method), name, text: `${format(value)}${spread}` }];
  });
  return (
    <div className={classes.tip}>
      <p className={classes.step}>{xText(row.x, data)}</p>
      {known.slice(0, lineLimit).map((one) => (
        <p key={one.key} className={classes.line}>
          <Swatch look={one.look} />
          <span>{one.name}</span>
          <b>{one.text}</b>
        </p>
      ))}
      {known.length > lineLimit && <p className={classes.line}>and {known.length - lineLimit} more</p>}
    </div>
  );
}
