import type { TaskEntry } from "../../contract/catalog.ts";
import type { EvaluationRecord } from "../../contract/run.ts";

/**
 * Ends a run after `patience` evaluations in a row whose primary dev score is not above the best before; null: never. A
 * score that is undefined is not above any.
 *
 * Source: Prechelt 1998, "Early stopping, but when?", the criterion UP in its simplest form.
 */
export class EarlyStopping {
  readonly #patience: number | null;
  readonly #metric: string | undefined;
  #best = Number.NEGATIVE_INFINITY;
  #without = 0;

  constructor({ metrics }: Pick<TaskEntry, "metrics">, patience: number | null) {
    this.#patience = patience;
    this.#metric = metrics.find(({ primary }) => primary)?.id;
  }

  /** Told of every evaluation in turn; answers whether it is to be the last. */
  see({ scores }: Pick<EvaluationRecord, "scores">): boolean {
    const score = (this.#metric === undefined ? null : scores[this.#metric]) ?? Number.NEGATIVE_INFINITY;
    this.#without = score > this.#best ? 0 : this.#without + 1;
    this.#best = Math.max(this.#best, score);
    return this.#patience !== null && this.#without >= this.#patience;
  }
}
