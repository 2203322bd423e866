import type { TriedKernel } from "../../contract/engine/kernels.ts";
import { formatTable } from "./text-table.ts";

/** Every kernel that was tried, below its op and shape; a star stands before the one that was chosen. */
export function kernelTable(tried: readonly TriedKernel[]): readonly string[] {
  const rows = tried.flatMap(({ question, op, shape, variant, ms, compileMs, rate, unit, chosen, reason }, index) => {
    const head = tried[index - 1]?.question === question ? [] : [{ cells: [`${op}, ${shape}`], reason: "" }];
    const speed = rate === null ? "–" : `${rate.toFixed(1)} G${unit}/s`;
    const cells = [`${chosen ? "*" : " "} ${variant}`, speed, ms?.toFixed(3) ?? "–", compileMs?.toFixed(0) ?? "–"];
    return [...head, { cells, reason: reason === null ? "" : `  ${reason}` }];
  });
  const [heading = "", ...lines] = formatTable(
    ["op, shape, kernel", "speed", "ms", "compile, ms"],
    rows.map(({ cells }) => cells),
  );
  return [heading, ...lines.map((line, index) => line + (rows[index]?.reason ?? ""))];
}
