import { AppError } from "../../core/errors.ts";
import type { CorpusDocument } from "./corpus.ts";
import type { EncodedCorpus, SpecialIds } from "./encoded-corpus.ts";
import { splitSentences } from "./sentences.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Told after every document how many there were and how many tokens they gave. */
export type CorpusProgress = (documentCount: number, tokenCount: number) => void;

const maxTokens = 200_000_000;
/** Different words whose ids are kept. */
const maxWords = 1_000_000;
const unboundedLength = 2 ** 30;

/**
 * Tokenizes documents sentence by sentence. A word's ids are computed once: BERT's tokenizer looks at no more than what
 * stands between two blanks. Marks written in the text are left out.
 *
 * Errors: bad-tokenizer where [MASK] or another mark is missing; bad-table without any text; too-large.
 */
export async function encodeCorpus(
  documents: AsyncIterable<CorpusDocument> | Iterable<CorpusDocument>,
  tokenizer: Tokenizer,
  onProgress?: CorpusProgress,
): Promise<EncodedCorpus> {
  const { vocabularySize } = tokenizer;
  const special = specialIds(tokenizer);
  const idsOf = wordEncoder(tokenizer, special);
  const tokens = new GrowingIds(vocabularySize <= 65_536 ? new Uint16Array(65_536) : new Uint32Array(65_536));
  const sentences = [0];
  const documentEnds = [0];
  for await (const document of documents) {
    for (const sentence of document.flatMap(splitSentences)) {
      for (const word of sentence.split(/\s+/)) tokens.push(idsOf(word));
      if (tokens.length > (sentences.at(-1) ?? 0)) sentences.push(tokens.length);
    }
    if (tokens.length > maxTokens) {
      throw new AppError("too-large", `The text has more than ${maxTokens} tokens. Give fewer files.`);
    }
    if (sentences.length - 1 > (documentEnds.at(-1) ?? 0)) documentEnds.push(sentences.length - 1);
    onProgress?.(documentEnds.length - 1, tokens.length);
  }
  if (tokens.length === 0) throw new AppError("bad-table", "There is no word in the text. Give a file with prose.");
  return {
    vocabularySize,
    special,
    ids: tokens.taken(),
    sentences: Uint32Array.from(sentences),
    documents: Uint32Array.from(documentEnds),
  };
}

/** Token ids that grow by doubling. */
class GrowingIds {
  length = 0;
  #room: Uint16Array | Uint32Array;

  constructor(room: Uint16Array | Uint32Array) {
    this.#room = room;
  }

  push(ids: readonly number[]): void {
    if (this.length + ids.length > this.#room.length) {
      const size = 2 * this.#room.length + ids.length;
      const wider = this.#room instanceof Uint16Array ? new Uint16Array(size) : new Uint32Array(size);
      wider.set(this.#room);
      this.#room = wider;
    }
    for (const id of ids) this.#room[this.length++] = id;
  }

  taken(): Uint16Array | Uint32Array {
    return this.#room.slice(0, this.length);
  }
}

/** Ids of what stands between two blanks, without marks. */
function wordEncoder(tokenizer: Tokenizer, special: SpecialIds): (word: string) => readonly number[] {
  const known = new Map<string, readonly number[]>();
  const marks = [special.padding, special.classify, special.separate, special.mask];
  return (word) => {
    const found = known.get(word);
    if (found !== undefined) return found;
    const ids = [...tokenizer.encode(word, null, unboundedLength).ids].filter((id) => !marks.includes(id));
    if (known.size < maxWords) known.set(word, ids);
    return ids;
  };
}

function specialIds(tokenizer: Tokenizer): SpecialIds {
  const [classify, separate, ...others] = tokenizer.encode("", null, 8).ids;
  if (classify === undefined || separate === undefined || others.length > 0) {
    throw new AppError("bad-tokenizer", "The tokenizer does not set [CLS] and [SEP] around a text, as BERT's does.");
  }
  const idOf = (mark: string): number => {
    const [, id, end] = tokenizer.encode(mark, null, 16).ids;
    if (id === undefined || end !== separate) {
      throw new AppError("bad-tokenizer", `The vocabulary has no ${mark}, which pre-training needs. Use BERT's.`);
    }
    return id;
  };
  const special = { padding: idOf("[PAD]"), unknown: idOf("[UNK]"), classify, separate, mask: idOf("[MASK]") };
  if (new Set(Object.values(special)).size < 5) {
    throw new AppError("bad-tokenizer", "The vocabulary lacks one of [PAD], [UNK], [CLS], [SEP], [MASK]. Use BERT's.");
  }
  return special;
}
