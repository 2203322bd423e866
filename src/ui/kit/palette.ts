import { useMemo } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type { RunHead } from "../../store/results/archive.ts";
import { useApp, useSelect } from "../app-context.ts";
import { methodLooks, type MethodLooks } from "../../analysis/drawing/method-looks.ts";

export type { MethodLook, MethodLooks } from "../../analysis/drawing/method-looks.ts";

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
