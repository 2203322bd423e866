/** Two neighbouring symbols and how often they stand together, which may change while they wait. */
export interface SymbolPair {
  readonly left: number;
  readonly right: number;
  readonly count: number;
}

interface Entry<P> {
  readonly pair: P;
  /** The pair's count when it was pushed. */
  readonly count: number;
}

/**
 * Gives the most frequent pair first, the one of older symbols where counts are equal. A pair whose count grew must be
 * pushed again; one whose count fell need not.
 */
export class PairQueue<P extends SymbolPair> {
  /** A binary heap: no entry stands before its children. */
  readonly #entries: Entry<P>[] = [];

  push(pair: P): void {
    const entry = { pair, count: pair.count };
    let at = this.#entries.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      const above = this.#entries[parent];
      if (above === undefined || !before(entry, above)) break;
      this.#entries[at] = above;
      at = parent;
    }
    this.#entries[at] = entry;
  }

  /** Takes the most frequent pair out; null when there is none. */
  pop(): P | null {
    for (;;) {
      const entry = this.#take();
      if (entry === null) return null;
      if (entry.count === entry.pair.count) return entry.pair;
      // What grew was pushed again meanwhile.
      if (entry.count > entry.pair.count && entry.pair.count > 0) this.push(entry.pair);
    }
  }

  #take(): Entry<P> | null {
    const [top] = this.#entries;
    const last = this.#entries.pop();
    if (top === undefined || last === undefined) return null;
    if (this.#entries.length > 0) this.#sink(last);
    return top;
  }

  /** Puts an entry in the empty top place and lets it sink. */
  #sink(entry: Entry<P>): void {
    const entries = this.#entries;
    let at = 0;
    for (;;) {
      const left = entries[2 * at + 1];
      const right = entries[2 * at + 2];
      if (left === undefined) break;
      const child = right !== undefined && before(right, left) ? right : left;
      if (!before(child, entry)) break;
      entries[at] = child;
      at = child === right ? 2 * at + 2 : 2 * at + 1;
    }
    entries[at] = entry;
  }
}

function before<P extends SymbolPair>(one: Entry<P>, other: Entry<P>): boolean {
  if (one.count !== other.count) return one.count > other.count;
  return one.pair.left !== other.pair.left ? one.pair.left < other.pair.left : one.pair.right < other.pair.right;
}
