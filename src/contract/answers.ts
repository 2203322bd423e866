/** What every completed run said of every dev row after its last step. */
export interface DevAnswers {
  /** `classes`: a byte a row, the class index; `scores`: an f32 a row, little-endian. Both as base64. */
  readonly kind: "classes" | "scores";
  readonly rowCount: number;
  /** What the file says, in its order. */
  readonly targets: string;
  /** By run id; runs that did not complete are left out, and those for which there was no room. */
  readonly predictions: Readonly<Record<string, string>>;
}

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
