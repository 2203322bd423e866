import * as v from "valibot";
import { casesOf, studyOf } from "../../analysis/cases.ts";
import { cellsOf } from "../../analysis/cells.ts";
import type { Place } from "../../analysis/cells.ts";
import { findingsOf, metricsIn } from "../../analysis/summary.ts";
import type { ExperimentResult, RunRecord } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import type { ErrorCode } from "../../core/errors.ts";

/** Scores beyond these are shown run by run only: a task has a handful, on dev and on each set of another source. */
const metricLimit = 50;
const seedLimit = 100;

/** A larger file is not opened: 100 runs of 20,000 steps stay far below. */
export const resultSizeLimit = 256 * 2 ** 20;

/** Scores of methods at settings that are summed up: each takes a millisecond, and 1,000 runs have fewer. */
const figureLimit = 8000;
const axisLimit = 10;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = v.pipe(v.string(), v.maxLength(10_000));
/** JSON writes NaN as null; it becomes NaN again. */
const real = v.union([
  v.number(),
  v.pipe(
    v.null(),
    v.transform(() => Number.NaN),
  ),
]);
const list = <S extends v.GenericSchema>(schema: S, limit: number) => v.pipe(v.array(schema), v.maxLength(limit));
const fieldValue = v.union([v.number(), text, v.boolean(), v.null()]);
const values = v.record(text, fieldValue);

const device = v.object({
  vendor: text,
  architecture: text,
  description: text,
  software: v.boolean(),
  features: list(text, 200),
  maxBufferBytes: count,
  maxBindingBytes: count,
});

const source = v.variant("kind", [
  v.object({ kind: v.literal("bundled"), id: text }),
  v.object({ kind: v.literal("hub"), id: text, revision: text, commit: text }),
  v.object({ kind: v.literal("file") }),
]);
const losses = v.object({ loss: real, accuracy: real });
const measured = v.object({ step: count, words: losses, next: losses });
const adaptation = v.object({
  files: list(text, 10_000),
  values,
  steps: count,
  tokens: count,
  before: measured,
  after: measured,
});

const model = v.object({
  name: text,
  // Results of earlier versions, which knew nothing but files, do not say it.
  source: v.optional(source, { kind: "file" }),
  family: text,
  parameterCount: count,
  hiddenSize: count,
  layerCount: count,
  headCount: count,
  vocabularySize: count,
  maxPositions: count,
  lowercase: v.boolean(),
  skippedTensors: list(text, 10_000),
  // Results of earlier versions do not have it.
  adaptations: v.optional(list(adaptation, 1000), []),
});

const tableSource = v.variant("kind", [
  v.object({ kind: v.literal("file"), name: text }),
  v.object({ kind: v.literal("hub"), id: text, path: text, revision: text, commit: text }),
]);

const rows = v.object({
  train: tableSource,
  dev: v.nullable(tableSource),
  split: v.nullable(v.object({ share: v.number(), seed: count })),
  sample: v.nullable(v.object({ count, of: count, seed: count })),
});

const transfer = v.object({
  name: text,
  source: tableSource,
  rowCount: count,
  labels: list(text, 10_000),
  mapping: v.nullable(text),
});

const config = v.object({
  model,
  rows: v.optional(v.nullable(rows), null),
  task: text,
  labels: list(text, 10_000),
  trainCount: count,
  devCount: count,
  transfers: v.optional(list(transfer, 100), []),
  plan: v.object({
    methods: list(v.object({ id: text, values }), 100),
    seeds: list(count, 100),
    training: values,
    // Plans of earlier versions had neither.
    grid: v.optional(list(v.object({ field: text, values: list(fieldValue, 1000) }), axisLimit), []),
    order: v.optional(v.picklist(["sequential", "interleaved"]), "sequential"),
  }),
});

const step = v.object({
  step: count,
  loss: real,
  gradNorm: real,
  learningRate: v.number(),
  stage: v.picklist([0, 1, 2]),
  tokens: count,
});

const evaluation = v.object({
  step: count,
  epoch: v.number(),
  loss: real,
  scores: v.record(text, v.nullable(v.number())),
});

const matrix = v.object({
  name: text,
  layer: v.nullable(count),
  size: count,
  kept: count,
  threshold: real,
  overlap: v.nullable(v.number()),
});

const failure = v.object({ code: v.custom<ErrorCode>((value) => typeof value === "string"), message: text });

const run = v.object({
  id: text,
  method: text,
  label: text,
  seed: count,
  status: v.picklist(["waiting", "running", "completed", "stopped", "failed"]),
  error: v.nullable(failure),
  values,
  stepCount: count,
  steps: list(step, 1_000_000),
  evaluations: list(evaluation, 100_000),
  selections: list(v.object({ step: count, cycle: count, matrices: list(matrix, 10_000) }), 10_000),
  memoryBytes: v.record(text, v.number()),
  elapsedMs: v.number(),
  // Runs of earlier versions had neither.
  setting: v.optional(
    v.pipe(
      values,
      v.check((one) => Object.keys(one).length <= axisLimit, `more than ${axisLimit} axes`),
    ),
    {},
  ),
  openMs: v.optional(v.number(), 0),
});

const encoded = v.pipe(v.string(), v.maxLength(resultSizeLimit));
const answers = v.object({
  kind: v.picklist(["classes", "scores"]),
  rowCount: v.pipe(count, v.maxValue(10_000_000)),
  targets: encoded,
  predictions: v.record(text, encoded),
});

/** What a file says of its own runs (`summary`, `comparisons`, `cases`) is worked out again: an old file has less of it. */
const result = v.pipe(
  v.object({ device, config, runs: list(run, 2000), answers: v.optional(v.nullable(answers), null) }),
  v.check((one) => new Set(one.runs.map((entry) => entry.id)).size === one.runs.length, "two runs have the same id"),
  v.check((one) => mostSeeds(one.runs) <= seedLimit, `a method has more than ${seedLimit} runs at one setting`),
);

function mostSeeds(runs: readonly (Place & Pick<RunRecord, "values">)[]): number {
  return Math.max(0, ...cellsOf(runs).map((cell) => cell.runs.length));
}

/** Reads a result.json. Errors: bad-settings, naming the first field that does not fit; too-large. */
export function readResult(json: string, name: string): ExperimentResult {
  if (json.length > resultSizeLimit) throw tooLarge(name, json.length);
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (cause) {
    throw new AppError(
      "bad-settings",
      `${name} is not JSON. Choose a result.json that this page or the terminal wrote.`,
      { cause },
    );
  }
  const checked = v.safeParse(result, parsed, { abortEarly: true });
  if (checked.success) {
    const { runs, config: read, answers: said } = checked.output;
    const scoreLimit = Math.min(metricLimit, Math.max(1, Math.floor(figureLimit / cellsOf(runs).length)));
    const findings = findingsOf(runs, metricsIn(runs).slice(0, scoreLimit));
    // Cases are told by method, which a grid has at several settings.
    return { ...checked.output, ...findings, cases: read.plan.grid.length > 0 ? [] : casesOf(studyOf(said, runs)) };
  }
  const [issue] = checked.issues;
  const where = v.getDotPath(issue) ?? "the file";
  throw new AppError(
    "bad-settings",
    `${name} is not a result of this program: ${where}: ${issue.message}. Choose a result.json that this page or the terminal wrote.`,
  );
}

/** The refusal of a result file that is too large. */
export function tooLarge(name: string, sizeBytes: number): AppError {
  const size = Math.round(sizeBytes / 2 ** 20);
  return new AppError(
    "too-large",
    `${name} is ${size} MiB; results up to ${resultSizeLimit / 2 ** 20} MiB can be opened.`,
  );
}

/** A result as a file holds it. */
export function writeResult(one: ExperimentResult): string {
  return `${JSON.stringify(one, null, 1)}\n`;
}
