import { axesIn, cellKey, type Place } from "../../analysis/grids/cells.ts";
import { fieldWords, toldText } from "../../analysis/grids/setting-text.ts";
import { formatSpread } from "../../core/format.ts";
import { formatTable } from "./text-table.ts";

/** A row of a table about a method at a setting. */
interface PlacedRow {
  readonly place: Place;
  readonly cells: readonly string[];
}

/** A table of which each row is about a method at a setting: a column for each axis of the grid stands behind the method. */
export function placedTable(headings: readonly string[], rows: readonly PlacedRow[]): readonly string[] {
  const axes = axesIn(rows.map(({ place }) => place));
  return formatTable(
    ["method", ...axes.map(fieldWords), ...headings],
    rows.map(({ place, cells }) => [place.method, ...axes.map((axis) => axisText(place, axis)), ...cells]),
  );
}

/** "dps-dense trained share 0.8 learning rate 2e-5": a method at a setting, within a line. */
export function placeName({ method, setting }: Place): string {
  return [
    method,
    ...Object.entries(setting).map(([field, value]) => `${fieldWords(field)} ${toldText(field, value)}`),
  ].join(" ");
}

function axisText({ setting }: Place, axis: string): string {
  return Object.hasOwn(setting, axis) ? toldText(axis, setting[axis] ?? null) : "–";
}

/** Each method at each setting once, in the order in which they first come. */
export function placesIn(items: readonly Place[]): readonly Place[] {
  return [...new Map(items.map((item) => [cellKey(item), item])).values()];
}

/** "70.69 ± 2.83", without the deviation of a single value; "–" for none. */
export function meanText(spread: { readonly mean: number | null; readonly std: number | null } | null = null): string {
  if (spread === null || spread.mean === null) return "–";
  return formatSpread(spread.mean, spread.std);
}
