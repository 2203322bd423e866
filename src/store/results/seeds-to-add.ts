import type { ComparisonRecord } from "../../contract/comparison.ts";
import { cellKey } from "../../analysis/grids/cells.ts";
import type { RunHead } from "./archive.ts";

/** At one press: what seemed to need hundreds after five seeds may need few after twenty. */
const mostAtOnce = 20;

/** Seeds that a comparison lacks to be settled, beside those on their way, and how many of them to add at once; 0: none. */
export function seedsToAdd(
  record: Pick<ComparisonRecord, "method" | "setting" | "verdict" | "seeds" | "seedsToSettle">,
  runs: readonly Pick<RunHead, "method" | "setting" | "status">[],
): { readonly count: number; readonly more: number } {
  if (record.verdict !== "unclear" || record.seedsToSettle === null) return { count: 0, more: 0 };
  const coming = runs.filter(
    (run) => (run.status === "waiting" || run.status === "running") && cellKey(run) === cellKey(record),
  ).length;
  const more = Math.max(0, record.seedsToSettle - record.seeds.length - coming);
  return { count: Math.min(mostAtOnce, more), more };
}
