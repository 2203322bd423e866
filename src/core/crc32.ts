const spans = 8;
/** [spans · 256]: of each byte value, moved on by 0 to 7 bytes more, so that eight bytes are taken at a time. */
const table = makeTable();

function makeTable(): Uint32Array {
  const made = new Uint32Array(spans * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xedb88320;
    made[byte] = crc;
  }
  for (let index = 256; index < made.length; index++) {
    const crc = made[index - 256] ?? 0;
    made[index] = (crc >>> 8) ^ (made[crc & 0xff] ?? 0);
  }
  return made;
}

/**
 * CRC-32 of bytes that come after others of which it is `before`; 0 before the first. Source: ISO 3309, and slicing by
 * eight as Kounavis and Berry (2005) have it.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % spans);
  let crc = ~before;
  for (let index = 0; index < whole; index += spans) {
    const low = view.getInt32(index, true) ^ crc;
    const high = view.getInt32(index + 4, true);
    crc =
      (table[1792 + (low & 0xff)] ?? 0) ^
      (table[1536 + ((low >>> 8) & 0xff)] ?? 0) ^
      (table[1280 + ((low >>> 16) & 0xff)] ?? 0) ^
      (table[1024 + (low >>> 24)] ?? 0) ^
      (table[768 + (high & 0xff)] ?? 0) ^
      (table[512 + ((high >>> 8) & 0xff)] ?? 0) ^
      (table[256 + ((high >>> 16) & 0xff)] ?? 0) ^
      (table[high >>> 24] ?? 0);
  }
  for (let index = whole; index < bytes.length; index++) {
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[index] ?? 0)) & 0xff] ?? 0);
  }
  return ~crc >>> 0;
}
