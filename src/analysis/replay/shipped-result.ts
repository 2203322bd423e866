import type { ExperimentResult, RunRecord } from "../../contract/run.ts";

/** The page fetches it where there is no WebGPU. */
const mostBytes = 3_000_000;

/**
 * A result as it ships with the page: without the spaces of a result.json, masks of the first seed alone, and subnetworks
 * of as many seeds, from the first, as it has room for.
 */
export function shippedResult(result: ExperimentResult, limit = mostBytes): string {
  const seeds = [...new Set(result.runs.map(({ seed }) => seed))];
  for (let kept = seeds.length; kept > 0; kept--) {
    const text = textOf(result, seeds.slice(0, kept), seeds[0]);
    if (text.length <= limit) return text;
  }
  return textOf(result, [], undefined);
}

function textOf(result: ExperimentResult, watched: readonly number[], masked: number | undefined): string {
  const runs = result.runs.map((run): RunRecord => {
    if (run.subnetwork === null || !watched.includes(run.seed)) return { ...run, subnetwork: null };
    return run.seed === masked ? run : { ...run, subnetwork: { ...run.subnetwork, masks: [] } };
  });
  return `${JSON.stringify({ ...result, runs })}\n`;
}
