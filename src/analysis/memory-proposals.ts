import type { PresetMemory } from "../contract/sources/presets.ts";

/** What a proposal changes, in words: "mixed precision, layers recomputed, 4 × 4 rows a step". */
export function proposalText({ training }: PresetMemory["proposals"][number]): string {
  const { precision, recompute, batchSize, accumulate } = training;
  const said = [
    ...(precision === "mixed" ? ["mixed precision"] : []),
    ...(recompute === "layers" ? ["layers recomputed"] : []),
    ...(batchSize === undefined ? [] : [`${String(accumulate)} × ${String(batchSize)} rows a step`]),
  ];
  return said.join(", ");
}
