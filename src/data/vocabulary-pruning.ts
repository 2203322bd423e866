import { continuation } from "./pair-merging.ts";
import type { WordCounts } from "./word-counts.ts";

/**
 * Leaves out pieces that WordPiece, which takes the longest piece first, hardly ever takes: mostly steps on the way to
 * longer ones. Half of what is too much goes at a time, because what is left is then taken more often.
 *
 * kept: pieces that stay whatever their use. Returns `size` pieces, in their order.
 */
export function prunePieces(
  pieces: readonly string[],
  counts: WordCounts,
  size: number,
  kept: ReadonlySet<string>,
): readonly string[] {
  let left = pieces;
  while (left.length > size) {
    const uses = pieceUses(left, counts);
    const spare = left.map((piece, index) => ({ piece, index, use: uses.get(piece) ?? 0 }));
    const least = spare.filter(({ piece }) => !kept.has(piece));
    least.sort((one, other) => one.use - other.use || other.index - one.index);
    const dropped = new Set(least.slice(0, Math.ceil((left.length - size) / 2)).map(({ piece }) => piece));
    if (dropped.size === 0) break;
    left = left.filter((piece) => !dropped.has(piece));
  }
  return left;
}

/** Tokens a word takes on average; a word with a character that has no token counts as one. */
export function tokensPerWord(pieces: readonly string[], counts: WordCounts): number {
  const known = new Set(pieces);
  let [tokens, words] = [0, 0];
  for (const [word, count] of counts) {
    tokens += count * Math.max(1, cutUp(word, known).length);
    words += count;
  }
  return tokens / words;
}

/** How often each piece is taken when the words are cut up, longest piece first. */
function pieceUses(pieces: readonly string[], counts: WordCounts): ReadonlyMap<string, number> {
  const known = new Set(pieces);
  const uses = new Map<string, number>();
  for (const [word, count] of counts) {
    for (const piece of cutUp(word, known)) uses.set(piece, (uses.get(piece) ?? 0) + count);
  }
  return uses;
}

/** A word's pieces; [] where some part of it has none. */
function cutUp(word: string, known: ReadonlySet<string>): readonly string[] {
  const found: string[] = [];
  let start = 0;
  while (start < word.length) {
    const mark = start === 0 ? "" : continuation;
    let end = word.length;
    while (end > start && !known.has(mark + word.slice(start, end))) end -= 1;
    if (end === start) return [];
    found.push(mark + word.slice(start, end));
    start = end;
  }
  return found;
}
