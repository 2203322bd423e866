const animals = ["cat", "dog", "bird", "fish"];
const verbs = ["sat", "ran", "slept"];
const places = ["garden", "house", "street"];

/** Plain text of the tiny model's words: documents of some sentences, an empty line between them. */
export function tinyText(documentCount: number, sentenceCount = 4): string {
  const pick = (list: readonly string[], index: number): string => list[index % list.length] ?? "";
  return Array.from({ length: documentCount }, (_, document) =>
    Array.from(
      { length: sentenceCount },
      (__, line) =>
        `the old ${pick(animals, document)} ${pick(verbs, document + line)} in the ${pick(places, document + line)} .`,
    ).join("\n"),
  ).join("\n\n");
}
