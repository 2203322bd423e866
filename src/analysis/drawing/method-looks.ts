import type { Catalog } from "../../contract/catalog.ts";
import type { RunRecord } from "../../contract/run.ts";
import { markerShapes, type MarkerShape } from "./marker.ts";

/** How a method looks everywhere: colour, dash and shape, so that it can be told apart without seeing colour. */
export interface MethodLook {
  readonly label: string;
  readonly color: string;
  /** For stroke-dasharray; "0" is a solid line. */
  readonly dash: string;
  /** Of its dots. */
  readonly shape: MarkerShape;
}

/** Looks by method id. */
export type MethodLooks = (id: string) => MethodLook;

const colorCount = 10;
/** A place each: no two methods share a dash or a shape before the colours begin anew. */
export const dashes = ["0", "14 3", "7 3", "2 3", "9 3 2 3", "4 6", "10 2 2 2 2 2", "18 6", "1 6", "5 2 1 2"];

/** Places in the palette by the catalog's order; methods that only a file knows come after. */
export function methodLooks(
  catalog: Pick<Catalog, "methods"> | null,
  runs: readonly Pick<RunRecord, "method" | "label">[],
): MethodLooks {
  const labels = new Map<string, string>();
  for (const entry of catalog?.methods ?? []) labels.set(entry.id, entry.label);
  for (const run of runs) if (!labels.has(run.method)) labels.set(run.method, run.label);
  const places = new Map([...labels.keys()].map((id, index) => [id, index]));
  return (id) => {
    const place = places.get(id) ?? 0;
    const color = `var(--method-${place % colorCount})`;
    const shape = markerShapes[place % markerShapes.length] ?? "circle";
    return { label: labels.get(id) ?? id, color, dash: dashes[place % dashes.length] ?? "0", shape };
  };
}
