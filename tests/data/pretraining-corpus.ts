import { drawUniform } from "../../src/core/rng.ts";
import type { EncodedCorpus } from "../../src/data/text/encoded-corpus.ts";

/** Ids of the marks in made-up corpora; the last one stands apart, as in vocabularies of other makers. */
export const special = { padding: 0, unknown: 1, classify: 2, separate: 3, mask: 40 };
export const vocabularySize = 60;

/**
 * A corpus of `documentCount` documents with 2 to 9 sentences of 1 to 20 tokens; sentence tokens are never marks, but
 * for [UNK] now and then.
 */
export function madeCorpus(documentCount: number, seed: number): EncodedCorpus {
  const ids: number[] = [];
  const sentences = [0];
  const documents = [0];
  const whole = (label: string, element: number, from: number, to: number): number =>
    from + Math.floor(drawUniform(seed, label, 0, element) * (to - from + 1));
  for (let document = 0; document < documentCount; document++) {
    const sentenceCount = whole("sentences", document, 2, 9);
    for (let sentence = 0; sentence < sentenceCount; sentence++) {
      const length = whole("length", sentences.length, 1, 20);
      for (let token = 0; token < length; token++) {
        const id = whole("token", ids.length, 4, vocabularySize - 1);
        ids.push(id === special.mask ? special.unknown : id);
      }
      sentences.push(ids.length);
    }
    documents.push(sentences.length - 1);
  }
  return {
    vocabularySize,
    special,
    ids: Uint16Array.from(ids),
    sentences: Uint32Array.from(sentences),
    documents: Uint32Array.from(documents),
  };
}
