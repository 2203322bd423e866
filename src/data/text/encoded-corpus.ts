import { AppError } from "../../core/errors.ts";
import { drawUniform } from "../../core/rng.ts";

/** Ids of the marks that pre-training sets or passes over. */
export interface SpecialIds {
  readonly padding: number;
  readonly unknown: number;
  readonly classify: number;
  readonly separate: number;
  readonly mask: number;
}

/** Plain text as token ids without any marks: documents of sentences, laid end to end. */
export interface EncodedCorpus {
  readonly vocabularySize: number;
  readonly special: SpecialIds;
  /** [all tokens] */
  readonly ids: Uint16Array | Uint32Array;
  /** [sentences + 1]; sentence s holds tokens sentences[s] … sentences[s + 1] - 1, at least one. */
  readonly sentences: Uint32Array;
  /** [documents + 1]; document d holds sentences documents[d] … documents[d + 1] - 1, at least one. */
  readonly documents: Uint32Array;
}

/** The last place of ascending `offsets` whose value is at most `value`: the part in which an element lies. */
export function partOf(offsets: Uint32Array, value: number): number {
  let [low, high] = [0, offsets.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((offsets[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Sets a share of the documents apart, drawn by seed: what perplexity is measured on.
 *
 * Errors: bad-settings for a share outside (0, 1); bad-table where a side would have no document.
 */
export function splitCorpus(
  corpus: EncodedCorpus,
  heldOutShare: number,
  seed: number,
): { readonly train: EncodedCorpus; readonly heldOut: EncodedCorpus } {
  if (!(heldOutShare > 0 && heldOutShare < 1)) {
    throw new AppError("bad-settings", `The held-out share is ${heldOutShare}; it must be between 0 and 1.`);
  }
  const documentCount = corpus.documents.length - 1;
  const draws = Array.from({ length: documentCount }, (_, document) => ({
    document,
    draw: drawUniform(seed, "held-out document", 0, document),
  }));
  draws.sort((left, right) => left.draw - right.draw || left.document - right.document);
  const count = Math.max(1, Math.round(documentCount * heldOutShare));
  if (count >= documentCount) {
    throw new AppError(
      "bad-table",
      `The text has ${documentCount} documents, too few to hold ${count} out. Separate documents by empty lines.`,
    );
  }
  const held = new Set(draws.slice(0, count).map(({ document }) => document));
  const all = Array.from({ length: documentCount }, (_, document) => document);
  return {
    train: documentsAt(
      corpus,
      all.filter((document) => !held.has(document)),
    ),
    heldOut: documentsAt(
      corpus,
      all.filter((document) => held.has(document)),
    ),
  };
}

/** Fewer documents than this cannot be told apart into one side that is learnt and one that is measured on. */
const fewDocuments = 10;
const longestPiece = 32;

/**
 * A text with hardly any empty line has hardly any documents, and one of them is too much to hold out: its documents are
 * cut into pieces of some sentences. The same corpus where there are enough of them.
 */
export function cutDocuments(corpus: EncodedCorpus): EncodedCorpus {
  const { documents, sentences } = corpus;
  if (documents.length - 1 >= fewDocuments) return corpus;
  const size = Math.max(2, Math.min(longestPiece, Math.ceil((sentences.length - 1) / (2 * fewDocuments))));
  const pieces = [0];
  for (let document = 0; document + 1 < documents.length; document++) {
    const [begin, end] = [documents[document] ?? 0, documents[document + 1] ?? 0];
    // A rest of one sentence would have nothing behind it: it stays with its neighbours.
    for (let at = begin + size; at < end - 1; at += size) pieces.push(at);
    pieces.push(end);
  }
  return { ...corpus, documents: Uint32Array.from(pieces) };
}

/** A corpus of some documents of another, in the order given. */
function documentsAt(corpus: EncodedCorpus, chosen: readonly number[]): EncodedCorpus {
  const { documents, sentences } = corpus;
  const bounds = chosen.map((document) => [documents[document] ?? 0, documents[document + 1] ?? 0] as const);
  const starts = new Uint32Array(bounds.reduce((sum, [begin, end]) => sum + end - begin, 1));
  const tokens = bounds.reduce((sum, [begin, end]) => sum + (sentences[end] ?? 0) - (sentences[begin] ?? 0), 0);
  const ids = corpus.ids instanceof Uint16Array ? new Uint16Array(tokens) : new Uint32Array(tokens);
  const parts = new Uint32Array(chosen.length + 1);
  let [token, sentence] = [0, 0];
  for (const [index, [begin, end]] of bounds.entries()) {
    const [from, to] = [sentences[begin] ?? 0, sentences[end] ?? 0];
    ids.set(corpus.ids.subarray(from, to), token);
    for (let at = begin; at < end; at++) starts[sentence++] = token + (sentences[at] ?? 0) - from;
    token += to - from;
    starts[sentence] = token;
    parts[index + 1] = sentence;
  }
  return { ...corpus, ids, sentences: starts, documents: parts };
}
