/** What a map puts in the place of the bytes from a place on. */
interface Mapped {
  /** How many bytes it stands for, from 1. */
  readonly length: number;
  /** UTF-8. */
  readonly replacement: Uint8Array;
}

/** Of UTF-8: the longest of SentencePiece's own maps has 33. */
const longestReplacement = 64;

/**
 * SentencePiece's precompiled_charsmap: how many bytes its double-array trie has, the trie, then what is put in place, each
 * text with a NUL behind it. Source: SentencePiece's normalizer.cc; units as in Darts-clone.
 */
export class Charsmap {
  readonly #units: Uint32Array;
  readonly #texts: Uint8Array;

  private constructor(units: Uint32Array, texts: Uint8Array) {
    this.#units = units;
    this.#texts = texts;
  }

  /** null for bytes that are no map, or one whose texts are longer than any character needs. */
  static read(map: Uint8Array): Charsmap | null {
    if (map.length < 4) return null;
    const view = new DataView(map.buffer, map.byteOffset, map.byteLength);
    const end = 4 + view.getUint32(0, true);
    const texts = map.subarray(end);
    if (end > map.length || end % 4 !== 0 || !areShort(texts)) return null;
    return new Charsmap(
      Uint32Array.from({ length: end / 4 - 1 }, (_, place) => view.getUint32(4 + 4 * place, true)),
      texts,
    );
  }

  /** The longest entry that the bytes hold at a place; null for none. */
  longest(bytes: Uint8Array, at: number): Mapped | null {
    const units = this.#units;
    let best: Mapped | null = null;
    let place = stepOf(units[0] ?? 0);
    for (let next = at; next < bytes.length; next++) {
      const byte = bytes[next] ?? 0;
      place ^= byte;
      const unit = units[place];
      if (unit === undefined || (unit & 0x800000ff) !== byte) break;
      place ^= stepOf(unit);
      if ((unit & 256) === 0) continue;
      best = { length: next + 1 - at, replacement: this.#textAt((units[place] ?? 0) & 0x7fffffff) };
    }
    return best;
  }

  #textAt(begin: number): Uint8Array {
    return this.#texts.subarray(begin, Math.max(begin, this.#texts.indexOf(0, begin)));
  }
}

function stepOf(unit: number): number {
  return (unit >>> 10) << ((unit & 512) >>> 6);
}

/** Whether each text ends, and is no longer than what one character becomes. */
function areShort(texts: Uint8Array): boolean {
  let begin = 0;
  for (const [place, byte] of texts.entries()) {
    if (place - begin > longestReplacement) return false;
    if (byte === 0) begin = place + 1;
  }
  return begin === texts.length;
}
