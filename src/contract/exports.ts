import type { TaskKind } from "./catalog.ts";

/** A completed run, whose model can be tried and taken along where its weights were kept. */
export interface ExportableRun {
  /** RunRecord.id */
  readonly run: string;
  readonly method: string;
  readonly seed: number;
  /** Why its weights are not kept, as a sentence; null where they are. */
  readonly problem: string | null;
}

/** An exported model's answers on the dev rows, from onnxruntime-web, held against the engine's own. */
export interface SecondOpinion {
  /** Dev rows that were compared, of all that the run was scored on. */
  readonly rowCount: number;
  readonly devCount: number;
  readonly maxLogitDifference: number;
  /** Share of the rows with the same class; of a regression those whose scores differ by no more than `limit`. */
  readonly equalShare: number;
  /** Largest difference that rounding explains. */
  readonly limit: number;
  readonly agrees: boolean;
}

/** What one trained model says of a text or a pair. */
export interface Answer {
  readonly run: string;
  readonly method: string;
  readonly seed: number;
  /**
   * By class, in the order of the labels, summing to 1; by label, each for itself, where a text may have several; [] for a
   * regression. chosen: the answer is this class, or this label is one of it.
   */
  readonly probabilities: readonly {
    readonly label: string;
    readonly probability: number;
    readonly chosen: boolean;
  }[];
  /** A regression's answer; null for classes. */
  readonly score: number | null;
}

/** A fine-tuned model that was opened from disk, to be asked through onnxruntime-web. */
export interface OpenedModel {
  /** Unique among those that are open. */
  readonly id: string;
  /** Of its folder or .zip. */
  readonly name: string;
  readonly kind: TaskKind;
  /** Names of classes or labels; [] for a regression. */
  readonly labels: readonly string[];
  /** Id of the task it was trained for; null where its config.json does not say. */
  readonly task: string | null;
}

/** What one opened model says of a text or a pair. */
export type OpenedAnswer = Pick<Answer, "probabilities" | "score"> & {
  /** OpenedModel.id */
  readonly model: string;
};
