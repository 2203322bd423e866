import { Gunzip } from "fflate";
import { decompressBrotli } from "hyparquet-compressors";
import { unpackHadoopLz4, unpackLz4 } from "./lz4.ts";
import { unpackZstd } from "./zstd.ts";

/** Unpacks bytes into exactly so many. Errors: Error. */
export type Unpack = (packed: Uint8Array<ArrayBuffer>, size: number) => Uint8Array<ArrayBuffer>;

/** How Parquet's pages may be packed, besides with Snappy; LZO no library reads. */
export const codecs: Readonly<Record<string, Unpack>> = {
  GZIP: (packed, size) => exactly(size, "gzip", () => gunzip(packed, size)),
  BROTLI: (packed, size) => exactly(size, "Brotli", () => decompressBrotli(packed, size)),
  ZSTD: unpackZstd,
  LZ4: unpackHadoopLz4,
  LZ4_RAW: unpackLz4,
};

/** A piece unpacks to a thousand times as much at most: what is more than announced is noticed after one. */
const pieceBytes = 65_536;

/** What `unpack` makes, where it is so many bytes. Errors: Error, naming the packing. */
function exactly(size: number, name: string, unpack: () => Uint8Array): Uint8Array<ArrayBuffer> {
  const broken = `it is not what its ${name} packing promises`;
  let unpacked: Uint8Array;
  try {
    unpacked = unpack();
  } catch (cause) {
    throw new Error(broken, { cause });
  }
  if (unpacked.length !== size) throw new Error(broken);
  return unpacked.buffer instanceof ArrayBuffer
    ? new Uint8Array(unpacked.buffer, unpacked.byteOffset, size)
    : new Uint8Array(unpacked);
}

function gunzip(packed: Uint8Array, size: number): Uint8Array {
  const unpacked = new Uint8Array(size);
  let made = 0;
  const stream = new Gunzip((chunk) => {
    if (chunk.length > size - made) throw new Error("too much");
    unpacked.set(chunk, made);
    made += chunk.length;
  });
  for (let at = 0; at < packed.length; at += pieceBytes) {
    stream.push(packed.subarray(at, at + pieceBytes), at + pieceBytes >= packed.length);
  }
  return unpacked.subarray(0, made);
}
