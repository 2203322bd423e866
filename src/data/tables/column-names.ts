/** Names under which public data sets keep the two texts of a pair, surest first. */
export const pairNames: readonly (readonly [string, string])[] = [
  ["sentence1", "sentence2"],
  ["premise", "hypothesis"],
  ["question1", "question2"],
  ["question", "sentence"],
  ["sentence_a", "sentence_b"],
  ["text1", "text2"],
  ["text_a", "text_b"],
  ["#1 string", "#2 string"],
];

/** Names of a single text, surest first. */
export const singleNames: readonly string[] = ["sentence", "text", "review", "comment", "tweet", "content"];

/** Names of what is to be learnt, surest first. */
export const labelNames: readonly string[] = [
  "label",
  "gold_label",
  "is_duplicate",
  "entailment_label",
  "entailment_judgment",
  "relatedness_score",
  "similarity",
  "score",
  "quality",
  "labels",
  "class",
  "category",
  "target",
  "sentiment",
  "rating",
  "stars",
  "intent",
];

/** Label names that promise a number on a scale and not a class. */
export const scoreNames: readonly string[] = ["score", "similarity", "relatedness_score"];

/** Every name that marks a first line as a header, and the ones GLUE's files have beside. */
export const headerNames: ReadonlySet<string> = new Set([
  ...pairNames.flat(),
  ...singleNames,
  ...labelNames,
  "index",
  "genre",
  "pairid",
  "qid1",
]);

/** A header cell as names are compared: without blanks around it, in lower case. */
export function plainName(cell: string): string {
  return cell.trim().toLowerCase();
}
