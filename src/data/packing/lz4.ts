/**
 * Unpacks one LZ4 block behind what is already made; returns where it ends. Whatever the input, in time and memory bounded
 * by it and the room left. Errors: Error, where it is no LZ4 or does not fit. Source: LZ4's lz4_Block_format.md.
 */
function unpackBlock(packed: Uint8Array, unpacked: Uint8Array, start: number): number {
  let at = 0;
  let made = start;
  while (at < packed.length) {
    const token = packed[at++] ?? 0;
    const count = (first: number): number => {
      let length = first;
      for (let byte = first === 15 ? 255 : 0; byte === 255; length += byte) {
        byte = packed[at++] ?? -1;
        if (byte < 0) throw broken();
      }
      return length;
    };
    const literals = count(token >> 4);
    if (literals > packed.length - at || literals > unpacked.length - made) throw broken();
    unpacked.set(packed.subarray(at, at + literals), made);
    at += literals;
    made += literals;
    // The last sequence has no match.
    if (at === packed.length) return made;
    const back = (packed[at] ?? 0) + 256 * (packed[at + 1] ?? 0);
    at += 2;
    const length = count(token & 15) + 4;
    if (at > packed.length || back === 0 || back > made || length > unpacked.length - made) throw broken();
    // Byte by byte: what is copied may be part of what is being made.
    const end = made + length;
    for (; made < end; made++) unpacked[made] = unpacked[made - back] ?? 0;
  }
  return made;
}

/** Unpacks one LZ4 block into exactly `size` bytes. Errors: Error. */
export function unpackLz4(packed: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const unpacked = new Uint8Array(size);
  if (unpackBlock(packed, unpacked, 0) !== size) throw broken();
  return unpacked;
}

/** Unpacks Hadoop's form: blocks behind their lengths, high byte first; where it is none, a single block. Errors: Error. */
export function unpackHadoopLz4(packed: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const unpacked = new Uint8Array(size);
  try {
    let made = 0;
    for (let at = 0; at < packed.length;) {
      const [blockSize, length] = [view.getUint32(at), view.getUint32(at + 4)];
      if (length > packed.length - at - 8) throw broken();
      const end = unpackBlock(packed.subarray(at + 8, at + 8 + length), unpacked, made);
      if (end !== made + blockSize) throw broken();
      made = end;
      at += 8 + length;
    }
    if (made === size) return unpacked;
  } catch {
    // Newer writers leave the lengths away.
  }
  return unpackLz4(packed, size);
}

const magic = 0x184d2204;

/**
 * Unpacks an LZ4 frame into exactly `size` bytes; its checksums are passed over. Errors: Error. Source: LZ4's
 * lz4_Frame_format.md.
 */
export function unpackLz4Frame(packed: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const unpacked = new Uint8Array(size);
  if (packed.length < 11 || view.getUint32(0, true) !== magic) throw broken();
  const flags = packed[4] ?? 0;
  const hasSize = (flags & 8) !== 0;
  const hasDictionary = (flags & 1) !== 0;
  const blockChecksum = (flags & 16) === 0 ? 0 : 4;
  let at = 7 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0);
  let made = 0;
  for (;;) {
    if (at + 4 > packed.length) throw broken();
    const head = view.getUint32(at, true);
    at += 4;
    if (head === 0) break;
    const length = head & 0x7fffffff;
    if (length > packed.length - at) throw broken();
    const block = packed.subarray(at, at + length);
    if (head >>> 31 === 0) {
      // A block may copy from those before it.
      made = unpackBlock(block, unpacked, made);
    } else {
      if (length > size - made) throw broken();
      unpacked.set(block, made);
      made += length;
    }
    at += length + blockChecksum;
  }
  if (made !== size) throw broken();
  return unpacked;
}

function broken(): Error {
  return new Error("it is not what its LZ4 packing promises");
}
