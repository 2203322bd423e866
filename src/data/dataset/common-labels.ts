import { AppError } from "../../core/errors.ts";
import { entailmentsOf, entailmentsOfNumbers, inTwo, isTwoWay, plainLabel, type Entailment } from "./entailment.ts";
import { shownLabel } from "./labels.ts";

/** Labels of two sources made comparable. */
export interface CommonLabels {
  /** Names of the common classes by index, never more than were trained. */
  readonly labels: readonly string[];
  /** Per trained class its common class: a prediction is the trained class with the largest logit, mapped by this. */
  readonly ofTrained: readonly number[];
  /** Per label of the other source its common class. */
  readonly ofFound: readonly number[];
  /** How, in a sentence; null where both sides have the same labels. */
  readonly mapping: string | null;
}

/** The name of the common class of every trained label and of every label of the other source. */
interface Renamed {
  readonly trained: readonly string[];
  readonly found: readonly string[];
}

/** At most so many labels are listed in a message. */
const mostListed = 6;
/** Of them in a row, after the first. */
const mostCharacters = 70;

/**
 * Maps the labels a model was trained on and those of another source to common ones. Labels are the same whatever their
 * case, blanks, hyphens and underscores, and wherever they stand; a source may lack some. Labels of natural language
 * inference match by what they mean; where one side has two of them and the other three, neutral and contradiction are
 * not_entailment. Numbers are labels of inference beside a side that has words for them; where `numbered`, they else are
 * the trained labels in their order, as GLUE's files have them.
 *
 * Source: Zhang et al. 2022, appendix E. Errors: bad-labels, naming both sides' labels.
 */
export function commonLabels(trained: readonly string[], found: readonly string[], numbered: boolean): CommonLabels {
  const renamed =
    sameNames(trained, found, true) ??
    byEntailment(trained, found) ??
    (numbered ? byNumber(trained, found) : null) ??
    sameNames(trained, found, false);
  if (renamed !== null) return asIndices(trained, found, renamed);
  throw new AppError(
    "bad-labels",
    `The model's labels are ${listed(trained)}, the set's ${listed(found)}: they cannot be compared. Wanted are the ` +
      "same, or those of inference (entailment, neutral, …). Rename the set's, and leave other rows out.",
  );
}

/** `all`: whether every trained label must occur in the other source. */
function sameNames(trained: readonly string[], found: readonly string[], all: boolean): Renamed | null {
  const matches = found.flatMap((label) => {
    const match = trained.find((one) => one === label);
    return match ?? trained.find((one) => plainLabel(one) === plainLabel(label)) ?? [];
  });
  if (matches.length < found.length) return null;
  const seen = new Set(found.map(plainLabel));
  return all && trained.some((label) => !seen.has(plainLabel(label))) ? null : { trained, found: matches };
}

function byNumber(trained: readonly string[], found: readonly string[]): Renamed | null {
  const names = found.flatMap((label) => trained.find((_, index) => String(index) === label) ?? []);
  return names.length === found.length ? { trained, found: names } : null;
}

function byEntailment(trained: readonly string[], found: readonly string[]): Renamed | null {
  const [ownWords, otherWords] = [entailmentsOf(trained), entailmentsOf(found)];
  const own = ownWords ?? (otherWords === null ? null : entailmentsOfNumbers(trained));
  const other = otherWords ?? (ownWords === null ? null : entailmentsOfNumbers(found));
  if (own === null || other === null) return null;
  const fine = !isTwoWay(own) && !isTwoWay(other) && other.every((meaning) => own.includes(meaning));
  const common = (meaning: Entailment): Entailment => (fine ? meaning : inTwo(meaning));
  if (new Set(own.map(common)).size < 2) return null;
  // A trained label names its class where it means just that; SciTail's "neutral" must not stand for contradictions.
  const nameOf = (meaning: Entailment): string => {
    const wanted = common(meaning);
    return trained.find((_, index) => own[index] === wanted) ?? wanted;
  };
  return { trained: own.map(nameOf), found: other.map(nameOf) };
}

function asIndices(trained: readonly string[], found: readonly string[], renamed: Renamed): CommonLabels {
  const labels = [...new Set(renamed.trained)];
  // What no trained label stands for can never be predicted; it is an index all the same, and it must be one of ours.
  const indexOf = (name: string): number => {
    const index = labels.indexOf(name);
    if (index < 0) throw new AppError("bug", `The common label ${shownLabel(name)} stands for no trained one.`);
    return index;
  };
  return {
    labels,
    ofTrained: renamed.trained.map(indexOf),
    ofFound: renamed.found.map(indexOf),
    mapping: sentenceOf(trained, found, renamed),
  };
}

function sentenceOf(trained: readonly string[], found: readonly string[], renamed: Renamed): string | null {
  const own = changes(trained, renamed.trained);
  const other = changes(found, renamed.found);
  const missing = renamed.trained.filter((name) => !renamed.found.includes(name));
  const parts = [
    ...(own === null ? [] : [`of the model's labels, ${own}`]),
    ...(other === null ? [] : [`of the set's labels, ${other}`]),
    ...(missing.length === 0 ? [] : [`the set has no row labelled ${listed([...new Set(missing)])}`]),
  ];
  if (parts.length === 0) return null;
  const text = parts.join("; ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Which labels became another: '"1" and "2" count as "no", "0" as "yes"'; null where none did. */
function changes(labels: readonly string[], names: readonly string[]): string | null {
  const groups = new Map<string, string[]>();
  for (const [index, label] of labels.entries()) {
    const name = names[index] ?? label;
    if (plainLabel(label) !== plainLabel(name)) groups.set(name, [...(groups.get(name) ?? []), label]);
  }
  const parts = [...groups].map(([name, own]) => {
    return `${listed(own)} ${own.length > 1 ? "count" : "counts"} as ${shownLabel(name)}`;
  });
  return parts.length === 0 ? null : parts.join(", ");
}

function listed(labels: readonly string[]): string {
  const shown: string[] = [];
  for (const label of labels.slice(0, mostListed).map(shownLabel)) {
    if (shown.length > 0 && shown.join(", ").length + label.length > mostCharacters) break;
    shown.push(label);
  }
  const more = labels.length > shown.length ? [`${labels.length - shown.length} more`] : [];
  const all = [...shown, ...more];
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}
