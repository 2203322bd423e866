import type { ExperimentResult } from "../contract/run.ts";
import { jsonByLine } from "../core/json.ts";

/** A result as a file holds it: a step, an evaluation, the counts of a place a line each. */
export function writeResult(one: ExperimentResult): string {
  return `${jsonByLine(one)}\n`;
}
