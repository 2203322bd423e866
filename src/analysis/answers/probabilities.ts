import { fromBase64, toBase64 } from "../../core/base64.ts";

/** Probabilities of the classes by row; `of(row, index)`: of one class, 0 to 1. */
export interface Probabilities {
  readonly rowCount: number;
  readonly classCount: number;
  of(row: number, index: number): number;
}

const whole = 65_535;

/** e^logit over the sum of all, of one row's logits. */
export function softmax(logits: ArrayLike<number>): readonly number[] {
  const row = Array.from(logits);
  const largest = Math.max(...row);
  const powers = row.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/**
 * Probabilities as a result keeps them: of every row those of all classes but the last, which has the rest, each as
 * round(65,535 p) in two bytes, little-endian. What lies above a half stays there.
 *
 * logits: [rows, classCount], classCount from 2.
 */
export function packProbabilities(logits: ArrayLike<number>, classCount: number): string {
  const kept = classCount - 1;
  const rowCount = logits.length / classCount;
  const view = new DataView(new ArrayBuffer(2 * rowCount * kept));
  for (let row = 0; row < rowCount; row++) {
    const own = Array.from({ length: classCount }, (_, index) => logits[row * classCount + index] ?? 0);
    softmax(own)
      .slice(0, kept)
      .forEach((value, index) => view.setUint16(2 * (row * kept + index), Math.round(whole * value), true));
  }
  return toBase64(new Uint8Array(view.buffer));
}

/** The same, read; null where they do not fit, as in a file from elsewhere. */
export function unpackProbabilities(text: string, rowCount: number, classCount: number): Probabilities | null {
  const kept = classCount - 1;
  const bytes = fromBase64(text);
  if (bytes === null || kept < 1 || bytes.length !== 2 * rowCount * kept) return null;
  const view = new DataView(bytes.buffer);
  const at = (row: number, index: number): number => view.getUint16(2 * (row * kept + index), true) / whole;
  return {
    rowCount,
    classCount,
    of(row, index) {
      if (index < kept) return at(row, index);
      let rest = 1;
      for (let other = 0; other < kept; other++) rest -= at(row, other);
      return Math.max(0, rest);
    },
  };
}
