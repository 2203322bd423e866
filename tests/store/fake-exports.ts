import type { Answer, ExportableRun, OpenedAnswer, OpenedModel, SecondOpinion } from "../../src/contract/exports.ts";
import type { RunRecord } from "../../src/contract/run.ts";
import { labels } from "./fake-records.ts";

/** Of each method the last completed run; the third method's weights were too large to keep. */
export function exportsOf(runs: readonly RunRecord[]): readonly ExportableRun[] {
  const last = new Map(runs.filter(({ status }) => status === "completed").map((run) => [run.method, run]));
  const problem = "Its weights take 438 MB; 438 MB of the 600 MB that are kept in memory are in use.";
  return [...last.values()].map(({ id, method, seed }, index) => ({
    run: id,
    method,
    seed,
    problem: index === 2 ? problem : null,
  }));
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
  const probabilities = labels.map((label, at) => ({ label, probability: at === 0 ? sure : 1 - sure }));
  return { run, method, seed, probabilities, score: null };
}

/** The same of a model from disk. */
export function openedAnswer({ id }: OpenedModel, index: number): OpenedAnswer {
  const { probabilities, score } = answerOf({ run: id, method: id, seed: 1, problem: null }, index);
  return { model: id, probabilities, score };
}
