import { AppError } from "../core/errors.ts";
import { readBytes } from "../core/bytes.ts";
import { decodeBrainFloat, decodeHalf } from "../core/half.ts";

/** A tensor of a file, for messages. */
interface Where {
  readonly tensor: string;
  readonly file: string;
}

/**
 * Reads bytes [begin, end) of a blob, little-endian values of `dtype`, as f32.
 *
 * Errors: bad-tensors for a dtype other than F64, F32, F16 and BF16, before anything is read, and for bytes that cannot be.
 */
export async function readFloats(
  blob: Blob,
  range: readonly [begin: number, end: number],
  dtype: string,
  where: Where,
): Promise<Float32Array> {
  const { tensor, file } = where;
  const decode = decoders.get(dtype);
  if (decode === undefined) {
    throw new AppError(
      "bad-tensors",
      `Tensor "${tensor}" of ${file} has dtype ${dtype}${quantised(dtype)}; F64, F32, F16 and BF16 are read. Save it as float32.`,
    );
  }
  return decode(await wholeRange(blob, range, where));
}

/** The same of U32, as it is. Errors: bad-tensors for another dtype, and for bytes that cannot be read. */
export async function readWords(
  blob: Blob,
  range: readonly [begin: number, end: number],
  dtype: string,
  where: Where,
): Promise<Uint32Array<ArrayBuffer>> {
  if (dtype !== "U32") {
    throw new AppError("bad-tensors", `Tensor "${where.tensor}" of ${where.file} has dtype ${dtype}; U32 is wanted.`);
  }
  return new Uint32Array(await wholeRange(blob, range, where));
}

async function wholeRange(
  blob: Blob,
  [begin, end]: readonly [begin: number, end: number],
  { tensor, file }: Where,
): Promise<ArrayBuffer> {
  const bytes = await readBytes(blob, begin, end, file, "bad-tensors");
  if (bytes.byteLength !== end - begin) {
    const found = `Only ${bytes.byteLength} of the ${end - begin} bytes of tensor "${tensor}" of ${file} are there`;
    throw new AppError("bad-tensors", `${found}. The file is cut off, or changed meanwhile: choose it again.`);
  }
  return bytes;
}

function quantised(dtype: string): string {
  return /^[IU]\d|^F8/.test(dtype) ? " (whole numbers or 8 bits: a quantised model cannot be trained)" : "";
}

const decoders: ReadonlyMap<string, (bytes: ArrayBuffer) => Float32Array> = new Map([
  ["F32", (bytes: ArrayBuffer) => new Float32Array(bytes)],
  ["F64", (bytes: ArrayBuffer) => Float32Array.from(new Float64Array(bytes))],
  ["F16", (bytes: ArrayBuffer) => decodeHalf(new Uint16Array(bytes))],
  ["BF16", (bytes: ArrayBuffer) => decodeBrainFloat(new Uint16Array(bytes))],
]);
