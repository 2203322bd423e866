import { useMemo } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type { Catalog } from "../../contract/catalog.ts";
import type { RunHead } from "../../store/results/archive.ts";
import { useApp, useSelect } from "../app-context.ts";
import { markerShapes, type MarkerShape } from "./marks/shapes.ts";

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
export function methodLooks(catalog: Catalog | null, runs: readonly Pick<RunHead, "method" | "label">[]): MethodLooks {
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

/** Between a method's id and its label where both stand in one string. */
const separator = "\u0000";

/** Methods of a list of runs, found once: every name on the page asks, and an experiment may have a thousand runs. */
const found = new WeakMap<readonly RunHead[], string[]>();

function methodsIn(runs: readonly RunHead[]): string[] {
  const before = found.get(runs);
  if (before !== undefined) return before;
  const methods = [...new Set(runs.map((run) => run.method + separator + run.label))];
  found.set(runs, methods);
  return methods;
}

/** The looks of everything the page shows now; the same function until a method comes or goes. */
export function useMethodLooks(): MethodLooks {
  const catalog = useSelect((state) => state.engine.catalog);
  const { store } = useApp();
  const known = useStore(
    store,
    useShallow(({ experiment }) => methodsIn(experiment.runs)),
  );
  return useMemo(() => {
    const runs = known.map((one) => one.split(separator));
    return methodLooks(
      catalog,
      runs.map(([method = "", label = ""]) => ({ method, label })),
    );
  }, [catalog, known]);
}
