import { brokenMark } from "../tables/lines.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** As in a text file, bytes that are no UTF-8 become a mark that no text can hold. */
export function textOf(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return brokenMark;
  }
}

/** Where a value is missing. */
const nowhere = 0xffffffff;

/**
 * The texts of a page, each made when it is asked for: as places in the page they take a tenth of what an object for each
 * does, which the garbage collection would leave lying until long after the page is read.
 */
export class PageTexts {
  readonly length: number;
  readonly #page: ArrayBufferLike;
  /** [length] In bytes of the page's buffer. */
  readonly #begins: Uint32Array;
  readonly #ends: Uint32Array;

  private constructor(page: ArrayBufferLike, length: number) {
    this.length = length;
    this.#page = page;
    this.#begins = new Uint32Array(length).fill(nowhere);
    this.#ends = new Uint32Array(length);
  }

  /** null for values that are not all parts of one page, or missing: words of a dictionary, lists. */
  static of(values: ArrayLike<unknown>, page: ArrayBufferLike): PageTexts | null {
    const texts = new PageTexts(page, values.length);
    for (let at = 0; at < values.length; at++) {
      const value = values[at];
      if (value === undefined || value === null) continue;
      if (!(value instanceof Uint8Array) || value.buffer !== page) return null;
      texts.#begins[at] = value.byteOffset;
      texts.#ends[at] = value.byteOffset + value.byteLength;
    }
    return texts;
  }

  /** undefined where it is missing. */
  at(index: number): string | undefined {
    const begin = this.#begins[index] ?? nowhere;
    if (begin === nowhere) return undefined;
    return textOf(new Uint8Array(this.#page, begin, (this.#ends[index] ?? 0) - begin));
  }
}
