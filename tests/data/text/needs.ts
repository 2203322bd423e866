import type { TokenizerNeeds } from "../../../src/data/text/tokenizer.ts";
import { wordPiece } from "../../../src/data/text/wordpiece.ts";

/** What a BERT of that vocabulary asks of its tokenizer. */
export function bertNeeds(vocabularySize: number): TokenizerNeeds {
  return { vocabularySize, typeCount: 2, older: wordPiece };
}
