/** What a label of natural language inference says of a pair. */
export type Entailment = "entailment" | "neutral" | "contradiction" | "not_entailment";

/** As letters alone: case, blanks, hyphens and underscores make no difference. */
const spellings: readonly (readonly [Entailment, readonly string[]])[] = [
  ["entailment", ["entailment", "entailments", "entails", "entailed", "entail", "e"]],
  ["neutral", ["neutral", "n"]],
  ["contradiction", ["contradiction", "contradictions", "contradicts", "contradicted", "contradictory", "c"]],
  ["not_entailment", ["notentailment", "nonentailment", "noentailment", "notentails", "notentailed", "nonentailed"]],
];

const meanings = new Map(spellings.flatMap(([meaning, names]) => names.map((name) => [name, meaning] as const)));

/** A label as labels are compared: in lower case, without blanks, hyphens and underscores. */
export function plainLabel(label: string): string {
  return label.toLowerCase().replaceAll(/[\s_-]/g, "");
}

/** What each label means; null where one of them is no label of inference. */
export function entailmentsOf(labels: readonly string[]): readonly Entailment[] | null {
  const found = labels.flatMap((label) => meanings.get(plainLabel(label)) ?? []);
  return found.length === labels.length ? found : null;
}

/**
 * What numbers stand for where they are labels of inference: 0 entailment, 1 neutral, 2 contradiction; without a 2,
 * 1 is not_entailment. null for other numbers, and for words.
 *
 * Source: the order of Hugging Face's classes of MNLI, SNLI, RTE and HANS.
 */
export function entailmentsOfNumbers(labels: readonly string[]): readonly Entailment[] | null {
  const two: readonly Entailment[] = ["entailment", "not_entailment"];
  const three: readonly Entailment[] = ["entailment", "neutral", "contradiction"];
  const order = labels.includes("2") ? three : two;
  const found = labels.flatMap((label) => order.find((_, index) => String(index) === label) ?? []);
  return found.length === labels.length ? found : null;
}

/** Whether all that is not entailed is one class: not_entailment, or SciTail's neutral, beside which nothing stands. */
export function isTwoWay(side: readonly Entailment[]): boolean {
  const scitail = side.includes("entailment") && side.includes("neutral") && !side.includes("contradiction");
  return scitail || side.includes("not_entailment");
}

/** The coarser of the two schemes: neutral and contradiction are not_entailment. */
export function inTwo(meaning: Entailment): Entailment {
  return meaning === "entailment" ? "entailment" : "not_entailment";
}
