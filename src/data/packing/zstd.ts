import { decompress } from "fzstd";

/** What a block makes at most, and takes at the least. Source: RFC 8878, section 3.1.1.2. */
const [blockBytes, leastBytes] = [131_072, 4];

/** Unpacks Zstandard. Errors: Error. */
export function unpackZstd(packed: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  if (size > blockBytes * (packed.length / leastBytes)) throw new Error(`${packed.length} bytes cannot make ${size}`);
  return exactly(size, "Zstandard", () => decompress(packed, new Uint8Array(size)));
}

/** What `unpack` makes, where it is so many bytes. Errors: Error, naming the packing. */
export function exactly(size: number, name: string, unpack: () => Uint8Array): Uint8Array<ArrayBuffer> {
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
