import type { DevAnswers } from "../../contract/answers.ts";
import { fromBase64, toBase64 } from "../../core/base64.ts";

/** The sets of labels that occur in some answers, each with a number of its own. */
interface SetNumbers {
  readonly byKey: Map<string, number>;
  /** By number: bytes of which bit i of byte i/8 is label i. */
  readonly sets: Uint8Array[];
}

const known = new WeakMap<DevAnswers, SetNumbers>();

/** Rows of labels as answers keep them. flags: 0 or 1, [rows, labelCount]; bit i of byte i/8 of a row is label i. */
export function packLabelSets(flags: ArrayLike<number>, labelCount: number): string {
  const width = Math.ceil(labelCount / 8);
  const bytes = new Uint8Array((flags.length / labelCount) * width);
  for (let index = 0; index < flags.length; index++) {
    if (flags[index] !== 1) continue;
    const label = index % labelCount;
    const at = Math.floor(index / labelCount) * width + (label >> 3);
    bytes[at] = (bytes[at] ?? 0) | (1 << (label & 7));
  }
  return toBase64(bytes);
}

/** The same, read: 0 or 1, [rows, labelCount]; null where it does not fit. */
export function unpackLabelSets(text: string, rowCount: number, labelCount: number): Uint8Array | null {
  const bytes = fromBase64(text);
  const width = Math.ceil(labelCount / 8);
  if (bytes === null || bytes.length !== rowCount * width) return null;
  return Uint8Array.from({ length: rowCount * labelCount }, (_, index) => {
    const label = index % labelCount;
    return ((bytes[Math.floor(index / labelCount) * width + (label >> 3)] ?? 0) >> (label & 7)) & 1;
  });
}

/** Per row the number of its set of labels: equal sets of the same answers have the same. null where it does not fit. */
export function setNumbersOf(answers: DevAnswers, text: string): Uint32Array | null {
  const bytes = text === "" ? null : fromBase64(text);
  const width = bytes === null ? 0 : bytes.length / answers.rowCount;
  if (bytes === null || width < 1 || !Number.isInteger(width)) return null;
  const { byKey, sets } = numbersOf(answers);
  return Uint32Array.from({ length: answers.rowCount }, (_, row) => {
    const set = bytes.subarray(row * width, (row + 1) * width);
    const key = set.join(" ");
    const number = byKey.get(key) ?? sets.length;
    if (number === sets.length) {
      byKey.set(key, number);
      sets.push(set);
    }
    return number;
  });
}

/** A set by its number, in words: "toxic, insult", or "none". */
export function setName(answers: DevAnswers, number: number, labels: readonly string[]): string {
  const set = numbersOf(answers).sets[number] ?? new Uint8Array();
  const names = labels.filter((_, label) => (((set[label >> 3] ?? 0) >> (label & 7)) & 1) === 1);
  return names.length === 0 ? "none" : names.join(", ");
}

function numbersOf(answers: DevAnswers): SetNumbers {
  const numbers = known.get(answers) ?? { byKey: new Map(), sets: [] };
  known.set(answers, numbers);
  return numbers;
}
