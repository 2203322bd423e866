import { formatTable } from "../../src/cli/report/text-table.ts";
import { modelState } from "./steps.ts";
import type { Figures } from "./steps.ts";

/** Families with less than this share in every method are not shown. */
const leastShare = 0.0005;

/** Time and memory of every method, as ratios to the first. */
export function ratioTable(figures: readonly Figures[]): readonly string[] {
  const [first] = figures;
  if (first === undefined) return [];
  const rows = figures.map((row) => [
    row.id,
    row.stepMs.toFixed(1),
    (row.stepMs / first.stepMs).toFixed(3),
    stageText(row),
    (modelState(row) / modelState(first)).toFixed(3),
  ]);
  return formatTable(["method", "ms a step", "x time", "ms by stage, opening step", "x model state"], rows);
}

function stageText({ stages }: Figures): string {
  const texts = Object.entries(stages).map(([stage, { usual, opening }]) =>
    opening === null ? "" : `${"I".repeat(Number(stage))}: ${usual.toFixed(1)}, ${opening.toFixed(1)}`,
  );
  return texts.join("  ");
}

/** Share of every family of kernels in every method's device time. */
export function shareTable(figures: readonly Figures[]): readonly string[] {
  const most = (family: string): number => Math.max(...figures.map((row) => row.familyShare[family] ?? 0));
  const families = [...new Set(figures.flatMap((row) => Object.keys(row.familyShare)))]
    .filter((family) => most(family) >= leastShare)
    .toSorted((left, right) => most(right) - most(left));
  if (families.length === 0) return ["This device has no timestamps: there are no shares of device time."];
  return formatTable(
    ["% of device time", ...figures.map(({ id }) => id)],
    families.map((name) => [name, ...figures.map((row) => ((row.familyShare[name] ?? 0) * 100).toFixed(1))]),
  );
}
