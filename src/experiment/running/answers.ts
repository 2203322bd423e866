import type { TaskKind } from "../../contract/catalog.ts";
import type { DevAnswers } from "../../contract/answers.ts";
import { packLabelSets } from "../../analysis/answers/label-sets.ts";
import { packProbabilities } from "../../analysis/answers/probabilities.ts";
import { toBase64 } from "../../core/base64.ts";
import { AppError } from "../../core/errors.ts";
import type { RunRequest } from "../../train/finetuning/assembly.ts";
import { predictionsOf } from "../../train/finetuning/evaluate.ts";
import type { Session } from "../../train/finetuning/session.ts";

/** What all answers of an experiment together may take: they go into its result. */
const maxBytes = 32 * 2 ** 20;
/** What all their probabilities may take beside: no answer is left out for want of room because of them. */
const maxProbabilityBytes = 16 * 2 ** 20;

const kinds: Readonly<Record<TaskKind, DevAnswers["kind"]>> = {
  classification: "classes",
  "multi-label": "sets",
  regression: "scores",
};

function otherRows(): AppError {
  return new AppError(
    "bad-settings",
    "The labels of the dev rows are others than those this experiment was scored on. Load its dev file to add to it.",
  );
}

/** Keeps what the runs of one experiment say of its dev rows, as long as there is room. */
export class AnswerKeeper {
  readonly #targets: Float32Array;
  readonly #rowCount: number;
  readonly #task: TaskKind;
  readonly #kind: DevAnswers["kind"];
  readonly #predictions: Record<string, string>;
  readonly #probabilities: Record<string, string>;
  #bytes: number;
  #probabilityBytes: number;

  /**
   * Any run of the experiment: all of them share the dev rows. `before`: what its earlier runs said. Errors: bad-settings,
   * where those were of other rows.
   */
  constructor({ dev, task }: Pick<RunRequest, "dev" | "task">, before: DevAnswers | null = null) {
    this.#targets = dev.labels;
    this.#rowCount = dev.count;
    this.#task = task.kind;
    this.#kind = kinds[task.kind];
    const targets = this.#encode(dev.labels);
    if (before !== null && before.targets !== targets) throw otherRows();
    this.#predictions = { ...before?.predictions };
    this.#probabilities = { ...before?.probabilities };
    this.#bytes = (targets?.length ?? Infinity) + lengthOf(this.#predictions);
    this.#probabilityBytes = lengthOf(this.#probabilities);
  }

  /** Called with a trained run before its memory is freed. */
  keep(session: Session, run: string): void {
    if (session.lastDev === null || this.#bytes > maxBytes) return;
    const { logits } = session.lastDev;
    const outputCount = logits.length / this.#rowCount;
    const text = this.#encode(predictionsOf(logits, outputCount, this.#task));
    // What the run said before it was tried again makes room.
    const before = this.#predictions[run]?.length ?? 0;
    if (text === null || this.#bytes - before + text.length > maxBytes) return;
    this.#bytes += text.length - before;
    this.#predictions[run] = text;
    if (this.#kind === "classes" && outputCount > 1)
      this.#keepProbabilities(packProbabilities(logits, outputCount), run);
  }

  #keepProbabilities(text: string, run: string): void {
    const before = this.#probabilities[run]?.length ?? 0;
    if (this.#probabilityBytes - before + text.length > maxProbabilityBytes) return;
    this.#probabilityBytes += text.length - before;
    this.#probabilities[run] = text;
  }

  /** null where not even the first run found room. */
  answers(): DevAnswers | null {
    const targets = this.#encode(this.#targets);
    if (targets === null || Object.keys(this.#predictions).length === 0) return null;
    const said = { predictions: { ...this.#predictions }, probabilities: { ...this.#probabilities } };
    return { kind: this.#kind, rowCount: this.#rowCount, targets, ...said };
  }

  /** null for a class that does not fit into a byte. */
  #encode(values: ArrayLike<number>): string | null {
    if (this.#kind === "sets") return packLabelSets(values, values.length / this.#rowCount);
    if (this.#kind === "classes") {
      const classes = Array.from(values);
      return classes.every((value) => value < 256) ? toBase64(Uint8Array.from(classes)) : null;
    }
    const view = new DataView(new ArrayBuffer(4 * values.length));
    for (let row = 0; row < values.length; row++) view.setFloat32(4 * row, values[row] ?? 0, true);
    return toBase64(new Uint8Array(view.buffer));
  }
}

function lengthOf(texts: Readonly<Record<string, string>>): number {
  return Object.values(texts).reduce((sum, { length }) => sum + length, 0);
}
