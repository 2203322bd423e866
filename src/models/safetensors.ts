import { AppError } from "../core/errors.ts";
import { formatShape, sizeOf, type Shape } from "../core/shape.ts";
import { readBytes } from "../core/bytes.ts";
import { readFloats, readWords } from "./floats.ts";
import { encodeHalf } from "../core/half.ts";
import { parseHeader, type TensorEntry } from "./safetensors-header.ts";
import type { Weights } from "./weights.ts";

/** An opened safetensors file. */
interface SafetensorsFile extends Weights {
  readonly entries: ReadonlyMap<string, TensorEntry>;
  readonly metadata: ReadonlyMap<string, string>;
  /** The words of a U32 tensor, row-major. Errors: missing-tensor; bad-tensors for another dtype, or unreadable bytes. */
  words(tensor: string): Promise<Uint32Array<ArrayBuffer>>;
}

/** A tensor to write: data holds as many values as shape says, row-major. */
export interface TensorData {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** The same, or one of whole numbers. */
export interface WordsOrFloats extends Omit<TensorData, "data"> {
  readonly data: Float32Array | Uint32Array;
}

const maxHeaderBytes = 100_000_000;

/**
 * Opens a safetensors file without reading any tensor.
 *
 * Errors: bad-tensors for a file too short, a header beyond the file or above 100 MB, broken JSON, a name twice, an
 * unknown dtype, and offsets that leave the file, overlap, leave a hole, or do not fit shape and dtype.
 * Source: the format as the safetensors README describes it: u64 header length, JSON header, data.
 */
export async function openSafetensors(blob: Blob, name: string): Promise<SafetensorsFile> {
  const header = await readHeader(blob, name);
  const { entries, metadata } = parseHeader(header.text, header.end, blob.size, name);
  function entryOf(tensor: string): TensorEntry {
    const entry = entries.get(tensor);
    if (entry !== undefined) return entry;
    throw new AppError("missing-tensor", `${name} has no tensor "${tensor}"; it holds ${entries.size} others.`);
  }
  return {
    name,
    entries,
    metadata,
    async read(tensor) {
      const { begin, end, dtype } = entryOf(tensor);
      return await readFloats(blob, [begin, end], dtype, { tensor, file: name });
    },
    async words(tensor) {
      const { begin, end, dtype } = entryOf(tensor);
      return await readWords(blob, [begin, end], dtype, { tensor, file: name });
    },
  };
}

async function readHeader(blob: Blob, name: string): Promise<{ text: string; end: number }> {
  if (blob.size < 8) {
    throw new AppError(
      "bad-tensors",
      `${name} is ${blob.size} bytes long; a safetensors file has at least 8. Is the download complete?`,
    );
  }
  const length = new DataView(await readBytes(blob, 0, 8, name, "bad-tensors")).getBigUint64(0, true);
  if (length > BigInt(blob.size - 8)) {
    throw new AppError(
      "bad-tensors",
      `${name} announces a header of ${length} bytes but only ${blob.size - 8} follow. ` +
        "It is cut off or not a safetensors file: download it again.",
    );
  }
  if (length > BigInt(maxHeaderBytes)) {
    throw new AppError(
      "bad-tensors",
      `${name} announces a header of ${length} bytes; at most ${maxHeaderBytes} are read. Is it a safetensors file?`,
    );
  }
  const end = 8 + Number(length);
  const bytes = await readBytes(blob, 8, end, name, "bad-tensors");
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), end };
  } catch (cause) {
    throw new AppError("bad-tensors", `The header of ${name} is not UTF-8 text. Is it a safetensors file?`, { cause });
  }
}

/**
 * Writes tensors as one safetensors file, whole numbers as U32, F16 rounded to the nearest; `format: "pt"` is part of the
 * metadata unless overruled.
 *
 * Errors: bug for a name given twice, or data that does not fit its shape.
 */
export function writeSafetensors(
  tensors: Iterable<WordsOrFloats>,
  metadata: Readonly<Record<string, string>> = {},
  floats: "F32" | "F16" = "F32",
): Blob {
  const header = new Map<string, unknown>([["__metadata__", { format: "pt", ...metadata }]]);
  const parts: Blob[] = [];
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    if (header.has(name)) throw new AppError("bug", `Tensor "${name}" was given twice.`);
    if (sizeOf(shape) !== data.length) {
      throw new AppError("bug", `Tensor "${name}" has ${data.length} values for shape ${formatShape(shape)}.`);
    }
    const bytes = floats === "F16" && data instanceof Float32Array ? encodeHalf(data) : bytesOf(data);
    header.set(name, {
      dtype: data instanceof Uint32Array ? "U32" : floats,
      shape,
      data_offsets: [offset, offset + bytes.byteLength],
    });
    offset += bytes.byteLength;
    // A Blob of its own at once, so that a lazy iterable never has all its tensors on the heap.
    parts.push(new Blob([bytes]));
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Spaces up to a multiple of 8 keep the tensors aligned for readers that map the file.
  const padding = new Uint8Array((8 - (text.length % 8)) % 8).fill(0x20);
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(text.length + padding.length), true);
  return new Blob([length, text, padding, ...parts]);
}

/** A Blob takes no shared memory, so that is copied first. */
function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint32Array): Uint8Array<ArrayBuffer> {
  return buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, byteOffset, byteLength)
    : new Uint8Array(buffer, byteOffset, byteLength).slice();
}
