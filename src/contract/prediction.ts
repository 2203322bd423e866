import type { TaskKind } from "./catalog.ts";
import type { ReadingStep } from "./reading.ts";
import type { SkippedLine } from "./run.ts";

/** Columns of a table that a model is to read. */
export interface TextMapping {
  readonly first: number;
  readonly second: number | null;
  /** Labels to score the predictions by; null: the file has none. */
  readonly label: number | null;
}

/** What a model says of one row of a file. */
export interface PredictedRow {
  /** From 0, over the file's rows. */
  readonly index: number;
  /** The file's line, from 1. */
  readonly line: number;
  /**
   * Class name, the score as a number, or a JSON list of the labels of a row; null for a row without a text, which is not
   * asked.
   */
  readonly prediction: string | null;
  /** By class or label, as in Answer; [] for a regression. */
  readonly probabilities: readonly number[];
  /** As the file has it; null where it has none. */
  readonly label: string | null;
}

/** A file of predictions, summed up. */
export interface PredictionSummary {
  readonly rowCount: number;
  /** Rows without a text: they have a line without a prediction. */
  readonly emptyCount: number;
  /** Rows of which only the beginning was read. */
  readonly truncatedCount: number;
  /** Tokens, beyond which a row was cut. */
  readonly maxLength: number;
  /** Lines that are no rows, and so have no prediction; `skipped` lists the first. */
  readonly skippedCount: number;
  readonly skipped: readonly SkippedLine[];
  /** null where the file has no labels, or none that the model knows. */
  readonly score: PredictionScore | null;
}

/** How predictions do on the rows that have a label. */
export interface PredictionScore {
  readonly rowCount: number;
  readonly metrics: readonly { readonly id: string; readonly label: string; readonly value: number | null }[];
  /** Rows whose label the model does not know, with one of these labels; null where there is none. */
  readonly unknown: { readonly rowCount: number; readonly example: string } | null;
}

/** A file that is to be predicted, as a model would read it. */
export interface PredictionInput {
  readonly name: string;
  /** What was decided on the way from the file's bytes to here. */
  readonly reading: readonly ReadingStep[];
  /** null: the file has no header line. */
  readonly header: readonly string[] | null;
  readonly columnCount: number;
  readonly rowCount: number;
  readonly preview: readonly (readonly string[])[];
  /** Whether the model reads two texts a row; null: one or two. */
  readonly pair: boolean | null;
  /** null when a person has to say. */
  readonly mapping: TextMapping | null;
}

/** A file of predictions. */
export interface PredictedFile extends PredictionSummary {
  readonly kind: TaskKind;
  /** Names of classes or labels; [] for a regression. */
  readonly labels: readonly string[];
  /** The first rows with their texts. */
  readonly preview: readonly (PredictedRow & { readonly first: string; readonly second: string | null })[];
  /** All rows as TSV. */
  readonly file: Blob;
}
