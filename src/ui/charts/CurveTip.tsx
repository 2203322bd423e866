import type { CurveLine, CurveRow } from "../../store/results/curves.ts";
import type { MethodLooks } from "../kit/palette.ts";
import { Swatch } from "../kit/Swatch.tsx";
import classes from "./tip.module.css";

interface CurveTipProps {
  readonly lines: readonly CurveLine[];
  readonly looks: MethodLooks;
  readonly format: (value: number) => string;
  /** These three the chart fills in. */
  readonly active?: boolean;
  readonly label?: string | number;
  readonly payload?: readonly { readonly payload?: CurveRow }[];
}

const lineLimit = 12;

/** The values at one step: every method's mean ± deviation, or every seed's value. */
export function CurveTip({ lines, looks, format, active = false, label, payload = [] }: CurveTipProps) {
  const row = payload[0]?.payload;
  if (!active || row === undefined) return null;
  const known = lines.flatMap((line) => {
    const value = row[line.key];
    if (typeof value !== "number") return [];
    const band = line.band === null ? undefined : row[line.band];
    const spread = typeof band === "object" ? ` ± ${format((band[1] - band[0]) / 2)}` : "";
    const name = line.seed === null ? looks(line.method).label : `${looks(line.method).label}, seed ${line.seed}`;
    return [{ key: line.key, look: looks(line.method), name, text: `${format(value)}${spread}` }];
  });
  return (
    <div className={classes.tip}>
      <p className={classes.step}>Step {label}</p>
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
