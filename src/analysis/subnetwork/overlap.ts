import type { SubnetworkOverlaps } from "../../contract/subnetwork.ts";

/** Jaccard index that two random masks of these shares are expected to have: ab / (a + b − ab). */
export function chanceJaccard(one: number, other: number): number {
  const both = one * other;
  return one + other === 0 ? 0 : both / (one + other - both);
}

/** How alike two runs' last selections are; null: not measured, or nothing that both select from. */
export function jaccardBetween(overlaps: SubnetworkOverlaps, one: string, other: string): number | null {
  return overlaps.jaccard[overlaps.runs.indexOf(one)]?.[overlaps.runs.indexOf(other)] ?? null;
}
