import { breathe } from "../../core/breath.ts";

/** Tokens in one piece: copying them takes about a millisecond. */
const pieceTokens = 1_000_000;

interface Tokens {
  readonly ids: Uint32Array;
  readonly types: Uint8Array;
}

/** Gathers tokens whose number is not known, in pieces: an array that grew by copies would hold the thread at each. */
export class TokenPieces {
  readonly #full: Tokens[] = [];
  #last: Tokens;
  /** Tokens in the last piece. */
  #used = 0;
  #count = 0;

  /** `expected` tokens in all, more or less. */
  constructor(expected: number) {
    this.#last = emptyPiece(Math.min(expected, pieceTokens));
  }

  /** Tokens so far. */
  get count(): number {
    return this.#count;
  }

  add(ids: Uint32Array, types: Uint8Array): void {
    if (this.#used + ids.length > this.#last.ids.length) {
      this.#full.push(part(this.#last, this.#used));
      this.#last = emptyPiece(Math.max(pieceTokens, ids.length));
      this.#used = 0;
    }
    this.#last.ids.set(ids, this.#used);
    this.#last.types.set(types, this.#used);
    this.#used += ids.length;
    this.#count += ids.length;
  }

  /** All tokens end to end. */
  async joined(): Promise<Tokens> {
    const all = emptyPiece(this.#count);
    let at = 0;
    for (const piece of [...this.#full, part(this.#last, this.#used)]) {
      if (at > 0) await breathe();
      all.ids.set(piece.ids, at);
      all.types.set(piece.types, at);
      at += piece.ids.length;
    }
    return all;
  }
}

function emptyPiece(count: number): Tokens {
  return { ids: new Uint32Array(count), types: new Uint8Array(count) };
}

function part({ ids, types }: Tokens, count: number): Tokens {
  return { ids: ids.subarray(0, count), types: types.subarray(0, count) };
}
