/**
 * Unpacks Snappy's raw format into exactly `size` bytes; whatever the input, in time and memory bounded by both.
 *
 * Errors: Error, where the bytes are not Snappy's or come to another size. Source: Google's format_description.txt.
 */
export function unpackSnappy(packed: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const unpacked = new Uint8Array(size);
  let at = packed.findIndex((byte) => byte < 128) + 1;
  if (at === 0) throw broken();
  let made = 0;
  while (at < packed.length) {
    const tag = packed[at++] ?? 0;
    const kind = tag & 3;
    if (kind === 0) {
      const width = Math.max(0, (tag >> 2) - 59);
      const length = 1 + (width === 0 ? tag >> 2 : numberAt(packed, at, width));
      at += width;
      if (length > packed.length - at || length > size - made) throw broken();
      unpacked.set(packed.subarray(at, at + length), made);
      at += length;
      made += length;
    } else {
      const width = kind === 3 ? 4 : kind;
      const length = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
      const back = numberAt(packed, at, width) + (kind === 1 ? (tag >> 5) * 256 : 0);
      at += width;
      if (back === 0 || back > made || length > size - made) throw broken();
      // Byte by byte: what is copied may be part of what is being made.
      const end = made + length;
      for (; made < end; made++) unpacked[made] = unpacked[made - back] ?? 0;
    }
  }
  if (made !== size) throw broken();
  return unpacked;
}

function numberAt(bytes: Uint8Array, at: number, width: number): number {
  if (at + width > bytes.length) throw broken();
  let value = 0;
  for (let index = 0; index < width; index++) value += (bytes[at + index] ?? 0) * 2 ** (8 * index);
  return value;
}

function broken(): Error {
  return new Error("a page is not what its Snappy packing promises");
}
