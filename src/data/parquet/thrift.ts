/** Parquet's own records nest about ten deep. */
const maxDepth = 24;
const maxVarintBytes = 10;

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/**
 * Walks over one Thrift struct in compact protocol and returns the offset behind it. A reader that trusts its input can
 * then be let loose on it: every list and text in it is as long as it says, every number ends, and it nests but a little.
 *
 * Errors: Error, where that is not so. Source: Apache Thrift, thrift-compact-protocol.md.
 */
export function thriftEnd(bytes: Uint8Array, start: number): number {
  const cursor = { bytes, at: start };
  passStruct(cursor, 0);
  return cursor.at;
}

function passStruct(cursor: Cursor, depth: number): void {
  if (depth > maxDepth) throw new Error(`its records nest more than ${maxDepth} deep`);
  for (;;) {
    const head = nextByte(cursor);
    if ((head & 15) === 0) return;
    if (head >> 4 === 0) nextVarint(cursor);
    passValue(cursor, head & 15, depth);
  }
}

/** Types by Thrift's numbers. */
function passValue(cursor: Cursor, type: number, depth: number): void {
  if (type === 1 || type === 2) return;
  if (type === 3) skip(cursor, 1);
  else if (type <= 6) nextVarint(cursor);
  else if (type === 7) skip(cursor, 8);
  else if (type === 8) skip(cursor, nextVarint(cursor));
  else if (type === 9) passList(cursor, depth + 1);
  else if (type === 12) passStruct(cursor, depth + 1);
  else throw new Error(`a record has a field of the unknown type ${type}`);
}

function passList(cursor: Cursor, depth: number): void {
  if (depth > maxDepth) throw new Error(`its records nest more than ${maxDepth} deep`);
  const head = nextByte(cursor);
  const count = head >> 4 === 15 ? nextVarint(cursor) : head >> 4;
  // In a list a truth value takes a byte.
  const type = (head & 15) <= 2 ? 3 : head & 15;
  for (let index = 0; index < count; index++) passValue(cursor, type, depth);
}

function nextByte(cursor: Cursor): number {
  const value = cursor.bytes[cursor.at++];
  if (value === undefined) throw new Error("it ends inside a record");
  return value;
}

function nextVarint(cursor: Cursor): number {
  let value = 0;
  for (let index = 0; index < maxVarintBytes; index++) {
    const byte = nextByte(cursor);
    value += (byte & 127) * 2 ** (7 * index);
    if (byte < 128) return value;
  }
  throw new Error("a record holds a number without an end");
}

function skip(cursor: Cursor, length: number): void {
  if (length > cursor.bytes.length - cursor.at) throw new Error("it ends inside a record");
  cursor.at += length;
}
