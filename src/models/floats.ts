import { AppError } from "../core/errors.ts";
import { readBytes } from "../core/bytes.ts";
import { decodeBrainFloat, decodeHalf } from "./half.ts";

/**
 * Reads bytes [begin, end) of a blob, little-endian values of `dtype`, as f32.
 *
 * Errors: bad-tensors for a dtype other than F64, F32, F16 and BF16, before anything is read, and for bytes that cannot be.
 */
export async function readFloats(
  blob: Blob,
  [begin, end]: readonly [begin: number, end: number],
  dtype: string,
  { tensor, file }: { readonly tensor: string; readonly file: string },
): Promise<Float32Array> {
  const decode = decoders.get(dtype);
  if (decode === undefined) {
    throw new AppError(
      "bad-tensors",
      `Tensor "${tensor}" of ${file} has dtype ${dtype}${quantised(dtype)}; F64, F32, F16 and BF16 are read. Save it as float32.`,
    );
  }
  const bytes = await readBytes(blob, begin, end, file, "bad-tensors");
  if (bytes.byteLength !== end - begin) {
    const found = `Only ${bytes.byteLength} of the ${end - begin} bytes of tensor "${tensor}" of ${file} are there`;
    throw new AppError("bad-tensors", `${found}. The file is cut off, or changed meanwhile: choose it again.`);
  }
  return decode(bytes);
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
