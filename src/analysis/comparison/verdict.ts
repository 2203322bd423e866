import type { ComparisonRecord } from "../../contract/comparison.ts";
import { countOf } from "../../core/format.ts";
import { fewestSeeds } from "../scores/seeds.ts";

/** What comparisons with one reference amount to, in a few words. `labelOf`: of a method's id. */
export function verdictTitle(
  records: readonly Pick<ComparisonRecord, "method" | "seeds" | "verdict">[],
  reference: string,
  labelOf: (method: string) => string,
): string {
  const parts = (["better", "worse"] as const).flatMap((verdict) => {
    const named = records.filter((one) => one.verdict === verdict).map(({ method }) => labelOf(method));
    return named.length === 0 ? [] : [`${named.join(" and ")}: ${verdict} than ${labelOf(reference)}`];
  });
  const seeds = Math.max(0, ...records.map((one) => one.seeds.length));
  if (seeds < fewestSeeds)
    return `Too early to tell: only ${seeds === 1 ? "one seed" : countOf(seeds, "seed")} so far.`;
  return parts.length === 0 ? `No advantage that ${countOf(seeds, "seed")} could show.` : `${parts.join("; ")}.`;
}
