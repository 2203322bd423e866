import { parsedJson } from "../core/json.ts";
import * as v from "valibot";
import { casesOf, studyOf } from "./cases.ts";
import { cellsOf, type Place } from "./grids/cells.ts";
import { withLabelCounts, withPredictedClasses } from "./scores/one-class.ts";
import { findingsOf, metricsIn } from "./scores/summary.ts";
import { isPlanShaped } from "../contract/plan-file.ts";
import type { ExperimentResult, RunRecord } from "../contract/run.ts";
import { result } from "../contract/schemas/run.ts";
import { resultSizeLimit } from "../contract/schemas/schema.ts";
import { AppError } from "../core/errors.ts";

/** Scores beyond these are shown run by run only: a task has a handful, on dev and on each set of another source. */
const metricLimit = 50;
const seedLimit = 100;

/** Scores of methods at settings that are summed up: each takes a millisecond, and 1,000 runs have fewer. */
const figureLimit = 8000;

/** What a file says of its own runs (`summary`, `comparisons`, `cases`) is worked out again: an old file has less of it. */
const ownResult = v.pipe(
  result,
  v.check((one) => new Set(one.runs.map((entry) => entry.id)).size === one.runs.length, "two runs have the same id"),
  v.check((one) => mostSeeds(one.runs) <= seedLimit, `a method has more than ${seedLimit} runs at one setting`),
);

function mostSeeds(runs: readonly (Place & Pick<RunRecord, "values">)[]): number {
  return Math.max(0, ...cellsOf(runs).map((cell) => cell.runs.length));
}

/** Reads a result.json. Errors: bad-settings, naming the first field that does not fit; too-large. */
export function readResult(json: string, name: string): ExperimentResult {
  if (json.length > resultSizeLimit) throw tooLarge(name, json.length);
  const advice = "Choose a result.json that this page or the terminal wrote.";
  const refused = (cause: unknown): AppError =>
    new AppError("bad-settings", `${name} is not JSON. ${advice}`, { cause });
  const read = parsedJson(json, refused);
  if (isPlanShaped(read)) throw new AppError("bad-settings", `${name} is a plan, not a result: use “Open a plan”.`);
  const checked = v.safeParse(ownResult, read, { abortEarly: true });
  if (checked.success) {
    const { answers: said } = checked.output;
    const runs = withPredictedClasses(checked.output.runs, said);
    const config = withLabelCounts(checked.output.config, said);
    const scoreLimit = Math.min(metricLimit, Math.max(1, Math.floor(figureLimit / cellsOf(runs).length)));
    const findings = findingsOf(runs, metricsIn(runs).slice(0, scoreLimit));
    // Cases are told by method, which a grid has at several settings.
    return {
      ...checked.output,
      config,
      runs,
      ...findings,
      cases: config.plan.grid.length > 0 ? [] : casesOf(studyOf(said, runs)),
    };
  }
  const [issue] = checked.issues;
  const where = v.getDotPath(issue) ?? "the file";
  const problem = `${name} is not a result of this program: ${where}: ${issue.message}.`;
  throw new AppError("bad-settings", `${problem} ${advice}`);
}

/** The refusal of a result file that is too large. */
export function tooLarge(name: string, sizeBytes: number): AppError {
  const size = Math.round(sizeBytes / 2 ** 20);
  return new AppError(
    "too-large",
    `${name} is ${size} MiB; results up to ${resultSizeLimit / 2 ** 20} MiB can be opened.`,
  );
}
