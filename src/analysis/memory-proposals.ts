import type { PresetMemory } from "../contract/sources/presets.ts";

/** What a proposal changes, in words: "layers recomputed, 4 × 4 rows a step". */
export function proposalText({ training }: PresetMemory["proposals"][number]): string {
  const { recompute, batchSize, accumulate } = training;
  const said = [
    ...(recompute === "layers" ? ["layers recomputed"] : []),
    ...(batchSize === undefined ? [] : [`${String(accumulate)} × ${String(batchSize)} rows a step`]),
  ];
  return said.join(", ");
}
