/** What a tokenizer is read from: any one of these sets of files in a model's folder, the first that is there whole. */
export const vocabularies = [
  ["tokenizer.json"],
  ["vocab.txt"],
  ["vocab.json", "merges.txt"],
  ["spm.model"],
] as const satisfies readonly (readonly string[])[];

/** "tokenizer.json, vocab.txt, vocab.json + merges.txt or spm.model" */
export const vocabularyWords = vocabularies
  .map((files) => files.join(" + "))
  .join(", ")
  .replace(/, ([^,]*)$/, " or $1");
