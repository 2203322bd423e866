import type { CurveData } from "../../../store/results/curves.ts";
import type { XUnit } from "../../../store/results/view.ts";

/** What an axis is called, in a table and in the words of a chart. */
export const xNames: Readonly<Record<XUnit, string>> = { step: "Step", epoch: "Epoch", second: "Device seconds" };

/** A place on the axis, rounded to what the axis can tell apart: "Step 153", "Epoch 0.51", "12.3 s". */
export function xText(x: number, { unit, ends }: Pick<CurveData, "unit" | "ends">): string {
  if (unit === "step") return `Step ${Math.round(x)}`;
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.max(1e-6, ends[1] - ends[0]))));
  const text = x.toFixed(Math.min(6, decimals));
  return unit === "epoch" ? `Epoch ${text}` : `${text} s`;
}
