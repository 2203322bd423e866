import type { DevAnswers } from "../../contract/answers.ts";
import type { RunRecord } from "../../contract/run.ts";
import { fromBase64 } from "../../core/base64.ts";
import { setNumbersOf } from "./label-sets.ts";
import { unpackProbabilities, type Probabilities } from "./probabilities.ts";

/** What one run said of the dev rows. */
export interface RunAnswers {
  /** RunRecord.id */
  readonly run: string;
  readonly method: string;
  /** Class index, score, or the number of a set of labels, see setNumbersOf(); [rows]. */
  readonly said: ArrayLike<number>;
  /** null for a regression, and where the result does not hold them. */
  readonly probabilities: Probabilities | null;
}

/** What the dev file says, [rows]; null where it does not fit. */
export function targetsOf(answers: DevAnswers): ArrayLike<number> | null {
  return valuesOf(answers, answers.targets);
}

/** The answers of runs, those left out that are not there or do not fit. classCount: 0 for a regression. */
export function answersOf(
  answers: DevAnswers,
  runs: readonly Pick<RunRecord, "id" | "method">[],
  classCount: number,
): readonly RunAnswers[] {
  return runs.flatMap(({ id, method }) => {
    const said = valuesOf(answers, at(answers.predictions, id));
    if (said === null) return [];
    const packed = at(answers.probabilities, id);
    const probabilities = packed === "" ? null : unpackProbabilities(packed, answers.rowCount, classCount);
    return [{ run: id, method, said, probabilities }];
  });
}

function at(texts: Readonly<Record<string, string>>, id: string): string {
  return Object.hasOwn(texts, id) ? (texts[id] ?? "") : "";
}

/** Values by row; null where the text holds others, or as many. */
function valuesOf(answers: DevAnswers, text: string): ArrayLike<number> | null {
  const { kind, rowCount } = answers;
  if (kind === "sets") return setNumbersOf(answers, text);
  const bytes = text === "" ? null : fromBase64(text);
  if (bytes === null || bytes.length !== rowCount * (kind === "classes" ? 1 : 4)) return null;
  if (kind === "classes") return bytes;
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: rowCount }, (_, row) => view.getFloat32(4 * row, true));
}
