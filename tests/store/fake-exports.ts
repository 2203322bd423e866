import type { Answer, ExportableRun, OpenedAnswer, OpenedModel, SecondOpinion } from "../../src/contract/exports.ts";
import type { PredictedFile, PredictionInput, TextMapping } from "../../src/contract/prediction.ts";
import type { ReadingChoice } from "../../src/contract/reading.ts";
import type { RunRecord } from "../../src/contract/run.ts";
import type { DroppedFile } from "../../src/worker/api.ts";
import { labels } from "./fake-records.ts";

/** The completed runs; the third method's weights were too large to keep. */
export function exportsOf(runs: readonly RunRecord[]): readonly ExportableRun[] {
  const methods = [...new Set(runs.map(({ method }) => method))];
  const problem = "Its weights take 438 MB; 438 MB of the 600 MB that are kept in memory are in use.";
  return runs
    .filter(({ status }) => status === "completed")
    .map(({ id, method, seed }) => ({
      run: id,
      method,
      seed,
      problem: methods.indexOf(method) === 2 ? problem : null,
    }));
}

/** A file of twelve sentences, and what a model says of them. */
const fakeRows = Array.from({ length: 12 }, (_, index) => [String(index), `Sentence ${index} of the file.`]);

export function inputOf({ path }: DroppedFile, { header = null }: Partial<ReadingChoice> = {}): PredictionInput {
  const unclear = path.startsWith("unclear");
  return {
    name: path,
    reading: [{ stage: "header", found: header === false ? "no header" : "header", assumed: null }],
    header: header === false ? null : ["index", unclear ? "stuff" : "sentence"],
    columnCount: 2,
    rowCount: fakeRows.length,
    preview: fakeRows.slice(0, 3),
    pair: null,
    mapping: unclear ? null : { first: 1, second: null, label: null },
  };
}

export function predictedOf({ label }: TextMapping): PredictedFile {
  const preview = fakeRows.slice(0, 10).map(([, first = ""], index) => ({
    index,
    line: index + 2,
    prediction: labels[index % 2] ?? "",
    probabilities: index % 2 === 0 ? [0.75, 0.25] : [0.375, 0.625],
    label: label === null ? null : (labels[0] ?? ""),
    first,
    second: null,
  }));
  const metrics = [{ id: "accuracy", label: "Accuracy", value: 0.5 }];
  return {
    rowCount: fakeRows.length,
    emptyCount: 1,
    truncatedCount: 2,
    maxLength: 128,
    skippedCount: 0,
    skipped: [],
    score: label === null ? null : { rowCount: 12, metrics, unknown: null },
    kind: "classification",
    labels,
    preview,
    file: new Blob(["index\tprediction\n"]),
  };
}

/** A second opinion that agrees, or one that does not. */
export function opinionOf(agrees: boolean): SecondOpinion {
  const figures = agrees
    ? { maxLogitDifference: 2.4e-7, equalShare: 1 }
    : { maxLogitDifference: 0.31, equalShare: 0.9 };
  return { rowCount: 277, devCount: 277, limit: 1e-3, agrees, ...figures };
}

/** An answer that grows surer from method to method. */
export function answerOf({ run, method, seed }: ExportableRun, index: number): Answer {
  const sure = 0.62 + 0.2 * index;
  const probabilities = labels.map((label, at) => ({
    label,
    probability: at === 0 ? sure : 1 - sure,
    chosen: at === 0,
  }));
  return { run, method, seed, probabilities, score: null };
}

/** The same of a model from disk. */
export function openedAnswer({ id }: OpenedModel, index: number): OpenedAnswer {
  const { probabilities, score } = answerOf({ run: id, method: id, seed: 1, problem: null }, index);
  return { model: id, probabilities, score };
}
