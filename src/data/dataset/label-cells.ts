import { isMissing, isNumber, numberIn, tidyLabel } from "../tables/cells.ts";

/** What the Hub's test sets hold where the answer is kept back. */
export const unlabelled = "-1";

/** What PyTorch's losses leave out. */
const ignoredIndex = "-100";

/** Missing where something else speaks for it: a class of its own in some sets. */
export const doubtfulWords: ReadonlySet<string> = new Set(["None", "none", "-", "?", unlabelled, ignoredIndex]);
/** A label that is a sign: beside such, "-" and "?" are labels as well. */
const sign = /^[^\p{L}\p{N}]+$/u;

/**
 * What labels are compared by: case and width of letters do not matter, blanks inside are one, and numbers are equal by
 * value, so that 1.0 is 1.
 */
export function labelKey(cell: string): string {
  const label = tidyLabel(cell).normalize("NFKC");
  return isNumber(label) ? String(numberIn(label)) : label.toLowerCase();
}

const emptyLabel = "the label is missing";
const noLabel = "no label (";

/** Why a row without a label is skipped. */
export function missingReason(cell: string): string {
  const label = tidyLabel(cell);
  if (label === "") return emptyLabel;
  const keptBack = label === unlabelled ? ": a row of a test set, whose answers are kept back" : "";
  return `${noLabel}${label})${keptBack}`;
}

/** Whether a reason for skipping a row is one of these. */
export function isMissingReason(reason: string): boolean {
  return reason === emptyLabel || reason.startsWith(noLabel);
}

/** How often each label stands in a column, by key; the spellings of each, most frequent first. */
export class LabelCounts {
  readonly #spellings = new Map<string, Map<string, number>>();

  /** Of different spellings. */
  get size(): number {
    return [...this.#spellings.values()].reduce((sum, one) => sum + one.size, 0);
  }

  add(cell: string): void {
    const key = labelKey(cell);
    const spellings = this.#spellings.get(key) ?? new Map<string, number>();
    const label = tidyLabel(cell);
    this.#spellings.set(key, spellings.set(label, (spellings.get(label) ?? 0) + 1));
  }

  keys(): readonly string[] {
    return [...this.#spellings.keys()];
  }

  count(key: string): number {
    return [...(this.#spellings.get(key) ?? new Map<string, number>()).values()].reduce((sum, one) => sum + one, 0);
  }

  spellings(key: string): readonly string[] {
    const found = [...(this.#spellings.get(key) ?? new Map<string, number>())];
    return found.sort((left, right) => right[1] - left[1] || compared(left[0], right[0])).map(([label]) => label);
  }
}

/** By code unit, so that no locale changes the order of classes. */
export function compared(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

/**
 * Which keys of a column stand for no label. Beside the words for a missing value: "-", as SNLI marks a row on which the
 * annotators did not agree, and "?", as Weka writes it, unless another label is a sign too; -1 beside names, beside the
 * numbers of three classes or more (0, 1, 2), or of two where it is rare, or where it is all there is, as -100, which losses
 * of PyTorch leave out; "None" where every other label is more frequent, "none" beside numbers.
 *
 * classes: the column holds numbers of classes whose names the file gives, so that -1 is none.
 */
export function missingKeys(counts: LabelCounts, classes: boolean): ReadonlySet<string> {
  const missing = new Set(counts.keys().filter((key) => counts.spellings(key).every(isMissing)));
  const others = counts.keys().filter((key) => !missing.has(key) && !doubtfulWords.has(counts.spellings(key)[0] ?? ""));
  for (const key of counts.keys()) {
    const label = counts.spellings(key)[0] ?? "";
    const isNone =
      ((label === "-" || label === "?") && !others.some((other) => sign.test(other))) ||
      (label === "None" && others.every((other) => counts.count(other) > counts.count(key))) ||
      (label === "none" && others.length > 1 && others.every(isNumber)) ||
      ((label === unlabelled || label === ignoredIndex) && (classes || isNoClass(label, counts, others)));
    if (isNone) missing.add(key);
  }
  return missing;
}

/** Above this share -1 beside 0 and 1 is a class, as in negative, neutral, positive. */
const rareShare = 0.02;

function isNoClass(label: string, counts: LabelCounts, others: readonly string[]): boolean {
  if (others.every((key) => !isNumber(key))) return true;
  const counting = others.every((key) => /^\d+$/.test(key) && Number(key) < others.length);
  const total = others.reduce((sum, key) => sum + counts.count(key), 0);
  return counting && (label === ignoredIndex || others.length > 2 || counts.count(label) <= rareShare * total);
}
