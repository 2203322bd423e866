import { thriftEnd } from "./thrift.ts";

/** Read at once, at the least: writers aim at pages of one megabyte. */
const windowBytes = 1_000_000;
/** A page's header has some hundred, and more where it holds its smallest and largest text. */
const headerBytes = 4096;

/** Bytes of one column in one row group, read from the file as they are asked for. */
export class ChunkBytes {
  readonly #file: Blob;
  readonly #begin: number;
  readonly length: number;
  /** What was read last, and where in the chunk it begins. */
  #window = { at: 0, bytes: new Uint8Array() };

  /** Errors: Error where the file ends before it does. */
  constructor(file: Blob, begin: number, length: number) {
    if (!(begin >= 0 && length >= 0 && begin + length <= file.size)) throw new Error("it is cut short");
    this.#file = file;
    this.#begin = begin;
    this.length = length;
  }

  /** Errors: Error for bytes beyond the chunk's end. */
  async bytes(at: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (!(Number.isInteger(length) && length >= 0 && length <= this.length - at)) {
      throw new Error("a page is longer than its column");
    }
    const { at: first, bytes } = this.#window;
    if (at >= first && at + length <= first + bytes.length) return bytes.subarray(at - first, at - first + length);
    const end = Math.min(this.length, at + Math.max(length, windowBytes));
    const read = new Uint8Array(await this.#file.slice(this.#begin + at, this.#begin + end).arrayBuffer());
    this.#window = { at, bytes: read };
    return read.subarray(0, length);
  }

  /** One Thrift struct. Errors: as thriftEnd. */
  async struct(at: number): Promise<Uint8Array<ArrayBuffer>> {
    const rest = this.length - at;
    for (let length = headerBytes; ; length *= 16) {
      const bytes = await this.bytes(at, Math.min(length, rest));
      try {
        return bytes.subarray(0, thriftEnd(bytes, 0));
      } catch (cause) {
        if (bytes.length === rest) throw cause;
      }
    }
  }
}
