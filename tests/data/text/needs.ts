import type { TokenizerNeeds } from "../../../src/data/text/tokenizer.ts";
import type { TokenizerFolder } from "../../../src/data/text/tokenizer-files.ts";
import { wordPiece } from "../../../src/data/text/wordpiece.ts";

/** What a BERT of that vocabulary asks of its tokenizer. */
export function bertNeeds(vocabularySize: number): TokenizerNeeds {
  return { vocabularySize, typeCount: 2, older: wordPiece };
}

/** A model's folder "m" with these files. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>): TokenizerFolder {
  const blob = (name: string): Promise<Blob> => Promise.resolve(new Blob([files[name] ?? ""]));
  return {
    name: "m",
    has: (name) => Object.hasOwn(files, name),
    blob,
    text: async (name) => (await blob(name)).text(),
  };
}
