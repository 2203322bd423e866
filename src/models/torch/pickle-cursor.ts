import { AppError } from "../../core/errors.ts";

/** Reads a pickle's bytes in order. Every method throws bad-tensors where they end too early. */
export class PickleCursor {
  /** The next byte. */
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string;

  constructor(bytes: ArrayBuffer, file: string) {
    this.#bytes = new Uint8Array(bytes);
    this.#view = new DataView(bytes);
    this.#file = file;
  }

  /** The error for bytes that no pickle of tensors has: a cut-off or broken file, or none at all. */
  damaged(found: string): AppError {
    return new AppError(
      "bad-tensors",
      `${this.#file} cannot be read: ${found} (byte ${this.at} of its pickle). Is the download complete? Get it again.`,
    );
  }

  /** The error for a pickle that asks for more than tensors. */
  refused(found: string): AppError {
    return new AppError(
      "bad-tensors",
      `${this.#file} is refused: ${found} (byte ${this.at} of its pickle). Only tensors are read from it, and nothing ` +
        "in it was run. If you trust where it came from, save the model as model.safetensors.",
    );
  }

  byte(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#skip(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#skip(4), true);
  }

  /** As a number: beyond 2^53 it is not exact, and too large for any use here. */
  u64(): number {
    return Number(this.#view.getBigUint64(this.#skip(8), true));
  }

  /** A float, which a pickle holds big-endian. */
  f64(): number {
    return this.#view.getFloat64(this.#skip(8), false);
  }

  /** A signed integer of so many bytes, at most 16. */
  long(byteCount: number): number | bigint {
    if (byteCount > 16) throw this.damaged(`it holds an integer of ${byteCount} bytes`);
    const start = this.#skip(byteCount);
    let value = 0n;
    for (let index = byteCount - 1; index >= 0; index--) {
      value = (value << 8n) | BigInt(this.#bytes[start + index] ?? 0);
    }
    const signed = BigInt.asIntN(8 * byteCount, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  text(byteCount: number): string {
    const start = this.#skip(byteCount);
    return this.#decode(start, start + byteCount);
  }

  /** Text up to the next line break, which is skipped. */
  line(): string {
    const end = this.#bytes.subarray(0, this.at + maxLineBytes).indexOf(10, this.at);
    if (end < 0) throw this.damaged("a name in it does not end");
    const start = this.#skip(end + 1 - this.at);
    return this.#decode(start, end);
  }

  /** Goes past so many bytes. */
  pass(byteCount: number): void {
    this.#skip(byteCount);
  }

  /** Errors: bad-tensors where fewer bytes are left. */
  need(byteCount: number): void {
    const left = this.#bytes.length - this.at;
    if (byteCount > left) throw this.damaged(`${byteCount} more bytes are wanted and ${left} are left`);
  }

  /** Where the skipped bytes begin. */
  #skip(byteCount: number): number {
    this.need(byteCount);
    const start = this.at;
    this.at += byteCount;
    return start;
  }

  #decode(start: number, end: number): string {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.#bytes.subarray(start, end));
    } catch {
      throw this.damaged("a name in it is not UTF-8 text");
    }
  }
}

const maxLineBytes = 1000;
