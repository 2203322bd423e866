import { Tokenizer as TokenizerLibrary } from "@huggingface/tokenizers";
import { AppError } from "../core/errors.ts";
import type { CorpusDocument } from "./corpus.ts";
import { tokenizerDefinition } from "./vocabulary-files.ts";

/** How often each word stands in a text, words being what WordPiece cuts into pieces. */
export type WordCounts = ReadonlyMap<string, number>;

/** Different strings between blanks; beyond it only known ones are counted on. */
const maxStrings = 4_000_000;

/**
 * Counts words as BERT's tokenizer finds them: cleaned, lower-cased without accents where asked, every punctuation mark
 * and Chinese character a word of its own.
 *
 * Errors: bad-table without any text.
 */
export async function countWords(
  documents: AsyncIterable<CorpusDocument> | Iterable<CorpusDocument>,
  lowercase: boolean,
  onProgress?: (documentCount: number) => void,
): Promise<WordCounts> {
  const strings = new Map<string, number>();
  let documentCount = 0;
  for await (const document of documents) {
    for (const paragraph of document) {
      for (const string of paragraph.split(/\s+/)) {
        const count = strings.get(string) ?? 0;
        if (count > 0 || strings.size < maxStrings) strings.set(string, count + 1);
      }
    }
    documentCount += 1;
    onProgress?.(documentCount);
  }
  const words = new Map<string, number>();
  const split = wordSplitter(lowercase);
  for (const [string, count] of strings) {
    for (const word of split(string)) words.set(word, (words.get(word) ?? 0) + count);
  }
  if (words.size === 0) throw new AppError("bad-table", "There is no word in the text. Give a file with prose.");
  return words;
}

/** The kept library's own normaliser and splitter, so that words are those that the tokenizer will see. */
function wordSplitter(lowercase: boolean): (text: string) => readonly string[] {
  const { normalizer, pre_tokenizer: splitter } = new TokenizerLibrary(tokenizerDefinition([], lowercase), {});
  if (normalizer === null || splitter === null) throw new AppError("bug", "The tokenizer has no normaliser.");
  return (text) => splitter.pre_tokenize(normalizer.normalize(text)).filter((word) => word !== "");
}
