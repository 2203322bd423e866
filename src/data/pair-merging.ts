import { PairQueue, type SymbolPair } from "./pair-queue.ts";

/** Words as symbols, which merging joins. */
export interface SymbolWords {
  /** Names of the symbols; a merge may add one. */
  readonly names: string[];
  /** [words] symbols of each. */
  readonly words: (readonly number[])[];
  /** [words] how often each stands in the text. */
  readonly counts: readonly number[];
}

/** A pair with the words that hold it, or once did. */
interface FoundPair extends SymbolPair {
  count: number;
  readonly words: Set<number>;
}

/**
 * Joins the most frequent pair of neighbouring symbols into one, again and again, until there are `size` names or no
 * pair stands twice. Of equally frequent pairs the one of older symbols is first. Changes `words` and `names`.
 *
 * Source: Sennrich et al. 2016, algorithm 1, with the continuation mark of BERT's vocabularies.
 */
export function mergePairs({ names, words, counts }: SymbolWords, size: number): void {
  const pairs = new Map<number, FoundPair>();
  const queue = new PairQueue<FoundPair>();
  const symbols = new Map(names.map((name, symbol) => [name, symbol]));
  /** Adds `sign` times a word to the counts of its pairs. */
  const count = (index: number, sign: 1 | -1, touched: Set<FoundPair>): void => {
    const word = words[index] ?? [];
    for (let at = 1; at < word.length; at++) {
      const pair = pairOf(pairs, word[at - 1] ?? 0, word[at] ?? 0);
      pair.count += sign * (counts[index] ?? 0);
      if (sign === 1) {
        pair.words.add(index);
        touched.add(pair);
      }
    }
  };
  const queueAll = (touched: Set<FoundPair>): void => {
    for (const pair of touched) queue.push(pair);
  };
  const first = new Set<FoundPair>();
  for (const index of words.keys()) count(index, 1, first);
  queueAll(first);
  while (names.length < size) {
    const best = queue.pop();
    if (best === null || best.count < 2) return;
    const name = joinedName(names[best.left] ?? "", names[best.right] ?? "");
    // Two pairs can spell the same piece, which is one symbol all the same.
    const symbol = symbols.get(name) ?? names.push(name) - 1;
    symbols.set(name, symbol);
    const touched = new Set<FoundPair>();
    for (const index of best.words) {
      const after = joined(words[index] ?? [], best, symbol);
      count(index, -1, touched);
      words[index] = after;
      count(index, 1, touched);
    }
    pairs.delete(keyOf(best.left, best.right));
    queueAll(touched);
  }
}

function keyOf(left: number, right: number): number {
  return left * 2 ** 26 + right;
}

function pairOf(pairs: Map<number, FoundPair>, left: number, right: number): FoundPair {
  const key = keyOf(left, right);
  const found = pairs.get(key);
  if (found !== undefined) return found;
  const pair = { left, right, count: 0, words: new Set<number>() };
  pairs.set(key, pair);
  return pair;
}

function joinedName(left: string, right: string): string {
  return left + right.slice(continuation.length);
}

/** What a piece begins with that does not begin a word. */
export const continuation = "##";

/** A word with every occurrence of the pair replaced, from the left. */
function joined(word: readonly number[], { left, right }: SymbolPair, symbol: number): readonly number[] {
  const after: number[] = [];
  for (let at = 0; at < word.length; at++) {
    if (word[at] === left && word[at + 1] === right) {
      after.push(symbol);
      at += 1;
    } else {
      after.push(word[at] ?? 0);
    }
  }
  return after;
}
