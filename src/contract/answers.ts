import * as v from "valibot";
import { count, resultSizeLimit, text, type Checked } from "./schemas/schema.ts";

const encoded = v.pipe(v.string(), v.maxLength(resultSizeLimit));

/** See DevAnswers. */
export const devAnswers = v.object({
  /**
   * `classes`: a byte a row, the class index; `scores`: an f32 a row, little-endian; `sets`: of each row a bit a label, see
   * packLabelSets(). All as base64.
   */
  kind: v.picklist(["classes", "scores", "sets"]),
  rowCount: v.pipe(count, v.maxValue(10_000_000)),
  /** What the file says, in its order. */
  targets: encoded,
  /** By run id; runs that did not complete are left out, and those for which there was no room. */
  predictions: v.record(text, encoded),
  /**
   * By run id, of classes: of each row the probabilities of all classes but the last, as packProbabilities has them.
   * Runs are left out for which there was no room, and all of them in a result of an earlier version.
   */
  probabilities: v.optional(v.record(text, encoded), {}),
});

/** What every completed run said of every dev row after its last step. */
export type DevAnswers = Checked<typeof devAnswers>;

/**
 * The dev rows by how many seeds of a method got them right. Easy: more than half; hard: more than half got them wrong;
 * as in the paper's figure 3. Rows count from 0.
 */
export interface CaseRecord {
  readonly method: string;
  /** The method that wins and losses are against: the same as in the comparisons. */
  readonly reference: string;
  readonly seedCount: number;
  readonly easyCount: number;
  readonly hardCount: number;
  /** Share of right answers, over all seeds, on the rows that are easy, or hard, for the reference; null where none is. */
  readonly rightOnEasy: number | null;
  readonly rightOnHard: number | null;
  /** Easy for the method and hard for the reference. */
  readonly wins: readonly number[];
  /** Hard for the method and easy for the reference. */
  readonly losses: readonly number[];
}

/** The text of a dev row. */
export interface DevExample {
  /** From 0. */
  readonly row: number;
  /** The file's line, from 1. */
  readonly line: number;
  readonly first: string;
  readonly second: string | null;
}
