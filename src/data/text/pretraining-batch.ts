import { AppError } from "../../core/errors.ts";
import type { Batch } from "../dataset/batch.ts";
import type { EncodedCorpus } from "./encoded-corpus.ts";
import { chooseTokens } from "./masking.ts";
import { drawPair, type PretrainingChoice, type SentencePair } from "./sentence-pairs.ts";

/** A batch of sentence pairs some of whose tokens are to be guessed. `labels` are nextLabels. */
export interface PretrainingBatch extends Batch {
  /** [chosen] places of the tokens to guess among all tokens of the batch, ascending. */
  readonly chosen: Uint32Array;
  /** [chosen] what stood there; `ids` hold [MASK], a random token or the same. */
  readonly originals: Uint32Array;
  /** [sequenceCount] 0: the second half follows the first; 1: it is from elsewhere. */
  readonly nextLabels: Float32Array;
}

const leastLength = 8;

/**
 * The batch of one step, from 1: [CLS] a [SEP] b [SEP] with a fresh choice of tokens. The same corpus, step and choice
 * give the same batch; over an epoch of steps the first halves start all over the corpus, each place once.
 *
 * Errors: bad-settings; bad-table where the corpus has nothing that could follow at random.
 * Source: Devlin et al. 2019, section 3.1; create_pretraining_data.py of the reference code.
 */
export function makePretrainingBatch(corpus: EncodedCorpus, step: number, choice: PretrainingChoice): PretrainingBatch {
  checkChoice(choice);
  const { batchSize } = choice;
  const pairs = Array.from({ length: batchSize }, (_, sequence) => drawPair(corpus, step, sequence, choice));
  const offsets = new Uint32Array(batchSize + 1);
  for (const [sequence, pair] of pairs.entries()) offsets[sequence + 1] = (offsets[sequence] ?? 0) + lengthOf(pair);
  const tokenCount = offsets[batchSize] ?? 0;
  const packed = {
    ids: new Uint32Array(tokenCount),
    types: new Uint32Array(tokenCount),
    positions: new Uint32Array(tokenCount),
  };
  for (const [sequence, pair] of pairs.entries()) pack(corpus, pair, offsets[sequence] ?? 0, packed);
  const nextLabels = Float32Array.from(pairs, ({ follows }) => (follows ? 0 : 1));
  return {
    tokenCount,
    sequenceCount: batchSize,
    longest: Math.max(...pairs.map(lengthOf)),
    ...packed,
    offsets,
    labels: nextLabels,
    rows: Uint32Array.from(pairs, ({ row }) => row),
    ...chooseTokens(corpus, packed.ids, offsets, choice.seed, step),
    nextLabels,
  };
}

function checkChoice({ batchSize, maxLength }: PretrainingChoice): void {
  if (!(Number.isInteger(batchSize) && batchSize > 0)) {
    throw new AppError("bad-settings", `The batch size is ${batchSize}; it must be a whole number from 1.`);
  }
  if (!(Number.isInteger(maxLength) && maxLength >= leastLength)) {
    throw new AppError(
      "bad-settings",
      `The maximum length is ${maxLength}; at least ${leastLength} tokens are needed.`,
    );
  }
}

function lengthOf({ first, second }: SentencePair): number {
  return first.end - first.begin + second.end - second.begin + 3;
}

interface Packed {
  readonly ids: Uint32Array;
  readonly types: Uint32Array;
  readonly positions: Uint32Array;
}

function pack({ ids, special }: EncodedCorpus, pair: SentencePair, at: number, into: Packed): void {
  const { first, second } = pair;
  const middle = at + 1 + first.end - first.begin;
  const last = at + lengthOf(pair) - 1;
  into.ids[at] = special.classify;
  into.ids.set(ids.subarray(first.begin, first.end), at + 1);
  into.ids[middle] = special.separate;
  into.ids.set(ids.subarray(second.begin, second.end), middle + 1);
  into.ids[last] = special.separate;
  into.types.fill(1, middle + 1, last + 1);
  for (let place = at; place <= last; place++) into.positions[place] = place - at;
}
