import { AppError } from "../../core/errors.ts";
import { drawUniform } from "../../core/rng.ts";
import { partOf, type EncodedCorpus } from "./encoded-corpus.ts";
import { permutedIndex } from "../dataset/permutation.ts";

/** How batches are drawn. */
export interface PretrainingChoice {
  readonly batchSize: number;
  /** Tokens a sequence, [CLS] and both [SEP] counted. */
  readonly maxLength: number;
  readonly seed: number;
}

/** Tokens begin … end - 1 of the corpus. */
interface Span {
  readonly begin: number;
  readonly end: number;
}

/** Two spans for one sequence. */
export interface SentencePair {
  readonly first: Span;
  readonly second: Span;
  /** Whether the second stands right behind the first. */
  readonly follows: boolean;
  /** The corpus's sentence with which the first begins. */
  readonly row: number;
}

/** Sequences that are kept shorter than the rest, so that short texts are met too. Source: the reference code's 0.1. */
const shortShare = 0.1;
const label = "pretraining pair";
/** Draws a sequence takes. */
const drawCount = 8;

/** The pair of one sequence of one step (from 1). Errors: bad-table. */
export function drawPair(
  corpus: EncodedCorpus,
  step: number,
  sequence: number,
  choice: PretrainingChoice,
): SentencePair {
  const { seed, batchSize, maxLength } = choice;
  const draw = (which: number): number => drawUniform(seed, label, step, sequence * drawCount + which);
  const room = maxLength - 3;
  const target = draw(0) < shortShare ? 2 + Math.floor(draw(1) * (room - 1)) : room;
  const start = startToken(corpus, (step - 1) * batchSize + sequence, room, seed);
  const document = documentOf(corpus, start);
  const [begin, end] = sentencesAround(corpus, start, target);
  const firstCount = 1 + Math.floor(draw(2) * (end - begin - 1));
  const first = spanOf(corpus, begin, begin + firstCount);
  // The only sentence of a document has nothing behind it.
  const follows = end - begin > 1 && draw(3) < 0.5;
  const second = follows
    ? spanOf(corpus, begin + firstCount, end)
    : spanElsewhere(corpus, document, [begin, end], target - (first.end - first.begin), draw(4));
  return { ...cut(first, second, room, draw(5), draw(6)), follows, row: begin };
}

/** Where the n-th sequence of a run begins: once an epoch near every place of the corpus, in random order. */
function startToken({ ids }: EncodedCorpus, index: number, room: number, seed: number): number {
  const slots = Math.ceil(ids.length / room);
  const epoch = Math.floor(index / slots);
  const slot = permutedIndex(index % slots, slots, { seed, label: "pretraining order", epoch });
  const shift = Math.floor(drawUniform(seed, "pretraining shift", 0, epoch) * room);
  return (slot * room + shift) % ids.length;
}

function documentOf({ sentences, documents }: EncodedCorpus, token: number): number {
  return partOf(documents, partOf(sentences, token));
}

/**
 * Whole sentences, two at least, of `target` tokens or more from the one that holds `token` on; from earlier where the
 * document runs out, and fewer only where it is too short.
 */
function sentencesAround(corpus: EncodedCorpus, token: number, target: number): readonly [number, number] {
  const { sentences, documents } = corpus;
  let begin = partOf(sentences, token);
  const document = partOf(documents, begin);
  const [lowest, highest] = [documents[document] ?? 0, documents[document + 1] ?? 0];
  let end = begin + 1;
  const enough = (): boolean => end - begin > 1 && (sentences[end] ?? 0) - (sentences[begin] ?? 0) >= target;
  while (end < highest && !enough()) end += 1;
  while (begin > lowest && !enough()) begin -= 1;
  return [begin, end];
}

function spanOf({ sentences }: EncodedCorpus, begin: number, end: number): Span {
  return { begin: sentences[begin] ?? 0, end: sentences[end] ?? 0 };
}

/** Sentences of another document; of elsewhere in the same one where there is no other. */
function spanElsewhere(
  corpus: EncodedCorpus,
  document: number,
  own: readonly [number, number],
  target: number,
  draw: number,
): Span {
  const { documents, ids } = corpus;
  const single = documents.length === 2;
  const avoided = single ? own : ([documents[document] ?? 0, documents[document + 1] ?? 0] as const);
  const { begin, end } = spanOf(corpus, ...avoided);
  const free = ids.length - (end - begin);
  if (free === 0) {
    throw new AppError(
      "bad-table",
      `The text has ${ids.length} tokens, too few to pair sentences at random. Add more.`,
    );
  }
  const drawn = Math.floor(draw * free);
  return spanOf(corpus, ...sentencesAround(corpus, drawn < begin ? drawn : drawn + end - begin, Math.max(1, target)));
}

/** Cuts both to `room` tokens together, longest first, at either end. */
function cut(
  first: Span,
  second: Span,
  room: number,
  firstDraw: number,
  secondDraw: number,
): {
  readonly first: Span;
  readonly second: Span;
} {
  let [firstLength, secondLength] = [first.end - first.begin, second.end - second.begin];
  while (firstLength + secondLength > room) {
    if (firstLength > secondLength) firstLength -= 1;
    else secondLength -= 1;
  }
  return { first: within(first, firstLength, firstDraw), second: within(second, secondLength, secondDraw) };
}

function within({ begin, end }: Span, length: number, draw: number): Span {
  const from = begin + Math.floor(draw * (end - begin - length + 1));
  return { begin: from, end: from + length };
}
