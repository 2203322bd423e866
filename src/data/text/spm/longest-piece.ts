/** Bytes by their place. */
type Bytes = ArrayLike<number>;

/**
 * Finds the longest of some pieces that stands at a place of a text, in time that grows with that piece's length and with
 * the logarithm of how many there are: files of strangers may hold millions.
 */
export function longestPiece<T extends Bytes>(pieces: readonly T[]): (text: Bytes, at: number) => T | null {
  const sorted = pieces.toSorted(inOrder);
  /** Of the pieces from `low` to `high`, which agree up to `depth` and are longer, the first whose next byte is not below. */
  const firstNotBelow = (byte: number, depth: number, low: number, high: number): number => {
    let [from, to] = [low, high];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((sorted[middle]?.[depth] ?? 0) < byte) from = middle + 1;
      else to = middle;
    }
    return from;
  };
  return (text, at) => {
    let found: T | null = null;
    let [low, high] = [0, sorted.length];
    for (let depth = 0; low < high; depth++) {
      for (; low < high && sorted[low]?.length === depth; low++) if (depth > 0) found = sorted[low] ?? null;
      const byte = text[at + depth];
      if (byte === undefined) break;
      low = firstNotBelow(byte, depth, low, high);
      high = firstNotBelow(byte + 1, depth, low, high);
    }
    return found;
  };
}

function inOrder(left: Bytes, right: Bytes): number {
  const both = Math.min(left.length, right.length);
  for (let index = 0; index < both; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
