import {
  BackwardBits,
  readCodeTable,
  readStateTable,
  singleState,
  stateTable,
  type CodeTable,
  type StateTable,
  type TableBounds,
} from "./zstd-tables.ts";

const magic = 0xfd2fb528;
/** Frames that are passed over; their last four bits are free. */
const skippedMagic = 0x184d2a50;
/** What a block makes at most, and takes at the least. Source: RFC 8878, section 3.1.1.2. */
const [blockBytes, leastBytes] = [131_072, 4];

/**
 * Unpacks Zstandard frames into exactly `size` bytes; checksums are passed over. Whatever the input, in time and memory
 * bounded by it and the size.
 *
 * Errors: Error, where it is no Zstandard, needs a dictionary, or comes to another size. Source: RFC 8878.
 */
export function unpackZstd(packed: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  if (size > blockBytes * (packed.length / leastBytes)) throw broken();
  const output: Output = { bytes: new Uint8Array(size), made: 0, start: 0 };
  try {
    for (let at = 0; at < packed.length;) at = unpackFrame(packed, at, output);
  } catch (cause) {
    throw broken(cause);
  }
  if (output.made !== size) throw broken();
  return output.bytes;
}

interface Output {
  readonly bytes: Uint8Array<ArrayBuffer>;
  made: number;
  /** Where the frame begins: nothing before it is copied. */
  start: number;
}

/** What blocks of a frame have from those before them. */
interface Frame {
  codes: CodeTable | null;
  tables: readonly (StateTable | null)[];
  readonly offsets: [number, number, number];
}

/** Returns where the frame ends. */
function unpackFrame(packed: Uint8Array, start: number, output: Output): number {
  const found = wordAt(packed, start, 4);
  if (found - (found % 16) === skippedMagic) return start + 8 + wordAt(packed, start + 4, 4);
  const flags = wordAt(packed, start + 4, 1);
  if (found !== magic || (flags & 8) !== 0) throw broken();
  const single = (flags >> 5) & 1;
  const sizeBytes = flags >> 6 === 0 ? single : 1 << (flags >> 6);
  const dictionary = start + 5 + (1 - single);
  const dictionaryBytes = [0, 1, 2, 4][flags & 3] ?? 0;
  if (wordAt(packed, dictionary, dictionaryBytes) !== 0) throw broken();
  let at = dictionary + dictionaryBytes + sizeBytes;
  const frame: Frame = { codes: null, tables: [null, null, null], offsets: [1, 4, 8] };
  output.start = output.made;
  for (let last = 0; last === 0;) {
    const head = wordAt(packed, at, 3);
    last = head & 1;
    at = unpackBlock(packed, at + 3, { kind: (head >> 1) & 3, length: head >> 3 }, frame, output);
  }
  return at + ((flags & 4) === 0 ? 0 : 4);
}

/** Returns where the block ends. */
function unpackBlock(
  packed: Uint8Array,
  at: number,
  { kind, length }: { readonly kind: number; readonly length: number },
  frame: Frame,
  output: Output,
): number {
  if (kind === 1) {
    const value = wordAt(packed, at, 1);
    checkRoom(output, length);
    output.bytes.fill(value, output.made, output.made + length);
    output.made += length;
    return at + 1;
  }
  if (length > packed.length - at || kind === 3) throw broken();
  const block = packed.subarray(at, at + length);
  if (kind === 0) append(output, block);
  else unpackCompressed(block, frame, output);
  return at + length;
}

function unpackCompressed(block: Uint8Array, frame: Frame, output: Output): void {
  const { literals, end } = readLiterals(block, frame, output);
  const { count, at } = sequenceCount(block, end);
  if (count === 0) {
    append(output, literals);
    return;
  }
  const used = runSequences(block, at, count, literals, frame, output);
  append(output, literals.subarray(used));
}

/** A block's bytes that are not copied from before, and where they end. They are all made, so there is room for them. */
function readLiterals(
  block: Uint8Array,
  frame: Frame,
  output: Output,
): { readonly literals: Uint8Array; readonly end: number } {
  const first = wordAt(block, 0, 1);
  const format = (first >> 2) & 3;
  if ((first & 2) === 0) {
    const headBytes = format === 1 ? 2 : format === 3 ? 3 : 1;
    const size = wordAt(block, 0, headBytes) >> (headBytes === 1 ? 3 : 4);
    checkRoom(output, size);
    if ((first & 1) === 1) {
      return { literals: new Uint8Array(size).fill(wordAt(block, headBytes, 1)), end: headBytes + 1 };
    }
    const end = headBytes + size;
    if (end > block.length) throw broken();
    return { literals: block.subarray(headBytes, end), end };
  }
  const sizeBits = [10, 10, 14, 18][format] ?? 0;
  const headBytes = (4 + 2 * sizeBits) / 8;
  const sizes = Math.floor(wordAt(block, 0, headBytes) / 16);
  const size = sizes % 2 ** sizeBits;
  const end = headBytes + Math.floor(sizes / 2 ** sizeBits);
  if (end > block.length) throw broken();
  checkRoom(output, size);
  let at = headBytes;
  if ((first & 1) === 0) {
    const read = readCodeTable(block.subarray(0, end), at);
    frame.codes = read.table;
    at = read.end;
  }
  if (frame.codes === null) throw broken();
  const literals = new Uint8Array(size);
  const streams = block.subarray(at, end);
  if (format === 0) readCodes(streams, literals, frame.codes);
  else readFourStreams(streams, literals, frame.codes);
  return { literals, end };
}

function readFourStreams(streams: Uint8Array, literals: Uint8Array, codes: CodeTable): void {
  const quarter = (literals.length + 3) >> 2;
  if (3 * quarter > literals.length) throw broken();
  let at = 6;
  for (let stream = 0; stream < 4; stream++) {
    const end = stream === 3 ? streams.length : at + wordAt(streams, 2 * stream, 2);
    if (end > streams.length) throw broken();
    const to = stream === 3 ? literals.length : (stream + 1) * quarter;
    readCodes(streams.subarray(at, end), literals.subarray(stream * quarter, to), codes);
    at = end;
  }
}

function readCodes(stream: Uint8Array, literals: Uint8Array, { width, symbols, bits }: CodeTable): void {
  const reader = new BackwardBits(stream);
  for (let index = 0; index < literals.length; index++) {
    const next = reader.peek(width);
    literals[index] = symbols[next] ?? 0;
    reader.left -= bits[next] ?? 0;
  }
  if (reader.left !== 0) throw broken();
}

/** How many sequences a block has, and where what is said of them begins. */
function sequenceCount(block: Uint8Array, start: number): { readonly count: number; readonly at: number } {
  const first = wordAt(block, start, 1);
  if (first < 128) return { count: first, at: start + 1 };
  if (first < 255) return { count: (first - 128) * 256 + wordAt(block, start + 1, 1), at: start + 2 };
  return { count: wordAt(block, start + 1, 2) + 0x7f00, at: start + 3 };
}

/** A kind of number in a sequence: the states that stand for its codes, and what a code stands for. */
interface NumberKind {
  readonly bounds: TableBounds;
  readonly usual: StateTable;
}

const literalLengths: NumberKind = {
  bounds: { maxSymbol: 35, maxAccuracy: 9 },
  usual: stateTable([4, 3, ...times(11, 2), 1, 1, 1, ...times(9, 2), 3, 2, ...times(5, 1), ...times(4, -1)], 6),
};
const distances: NumberKind = {
  bounds: { maxSymbol: 31, maxAccuracy: 8 },
  usual: stateTable([...times(6, 1), 2, 2, 2, ...times(15, 1), ...times(5, -1)], 5),
};
const matchLengths: NumberKind = {
  bounds: { maxSymbol: 52, maxAccuracy: 9 },
  usual: stateTable([1, 4, 3, ...times(6, 2), ...times(37, 1), ...times(7, -1)], 6),
};
/** In the order of their tables. */
const kinds = [literalLengths, distances, matchLengths];

/** Per code how many bits are added to it, and the least length it stands for. */
const literalBits = [...times(16, 0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const matchBits = [...times(32, 0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const literalBases = basesOf(literalBits, 0);
const matchBases = basesOf(matchBits, 3);

function times(count: number, value: number): readonly number[] {
  return Array.from({ length: count }, () => value);
}

function basesOf(bits: readonly number[], least: number): readonly number[] {
  let next = least;
  return bits.map((width) => {
    const base = next;
    next += 2 ** width;
    return base;
  });
}

/** Literals, then bytes from before, again and again; returns how many literals were used. */
function runSequences(
  block: Uint8Array,
  start: number,
  count: number,
  literals: Uint8Array,
  frame: Frame,
  output: Output,
): number {
  const { tables, end } = readTables(block, start, frame);
  frame.tables = tables;
  const [lengths, offsets, matches] = tables;
  if (lengths === undefined || offsets === undefined || matches === undefined) throw broken();
  const stream = new BackwardBits(block.subarray(end));
  let length = stream.take(lengths.accuracy);
  let offset = stream.take(offsets.accuracy);
  let match = stream.take(matches.accuracy);
  let used = 0;
  for (let left = count; left > 0; left--) {
    const offsetBits = offsets.symbols[offset] ?? 0;
    const value = 2 ** offsetBits + stream.take(offsetBits);
    const matchCode = matches.symbols[match] ?? 0;
    const copied = (matchBases[matchCode] ?? 0) + stream.take(matchBits[matchCode] ?? 0);
    const lengthCode = lengths.symbols[length] ?? 0;
    const taken = (literalBases[lengthCode] ?? 0) + stream.take(literalBits[lengthCode] ?? 0);
    if (left > 1) {
      length = (lengths.bases[length] ?? 0) + stream.take(lengths.bits[length] ?? 0);
      match = (matches.bases[match] ?? 0) + stream.take(matches.bits[match] ?? 0);
      offset = (offsets.bases[offset] ?? 0) + stream.take(offsets.bits[offset] ?? 0);
    }
    if (stream.left < 0 || taken > literals.length - used) throw broken();
    append(output, literals.subarray(used, used + taken));
    used += taken;
    copyBack(output, distanceOf(value, taken, frame.offsets), copied);
  }
  if (stream.left !== 0) throw broken();
  return used;
}

/** The tables of a block, and where they end. */
function readTables(
  block: Uint8Array,
  start: number,
  frame: Frame,
): { readonly tables: readonly StateTable[]; readonly end: number } {
  const modes = wordAt(block, start, 1);
  if ((modes & 3) !== 0) throw broken();
  let at = start + 1;
  const tables = kinds.map(({ bounds, usual }, index): StateTable => {
    const mode = (modes >> (6 - 2 * index)) & 3;
    if (mode === 0) return usual;
    if (mode === 1) {
      const symbol = wordAt(block, at++, 1);
      if (symbol > bounds.maxSymbol) throw broken();
      return singleState(symbol);
    }
    if (mode === 2) {
      const { table, end } = readStateTable(block, at, bounds);
      at = end;
      return table;
    }
    const known = frame.tables[index] ?? null;
    if (known === null) throw broken();
    return known;
  });
  return { tables, end: at };
}

/** How far back a match lies; the last three distances have short names. Source: RFC 8878, section 3.1.1.5. */
function distanceOf(value: number, taken: number, known: Frame["offsets"]): number {
  const [first, second, third] = known;
  if (value > 3) {
    known.splice(0, 3, value - 3, first, second);
    return value - 3;
  }
  const name = value - (taken === 0 ? 0 : 1);
  if (name === 0) return first;
  const distance = name === 1 ? second : name === 2 ? third : first - 1;
  known.splice(0, 3, distance, first, name === 1 ? third : second);
  return distance;
}

function copyBack(output: Output, back: number, length: number): void {
  const { bytes, made, start } = output;
  if (back < 1 || back > made - start) throw broken();
  checkRoom(output, length);
  // Byte by byte: what is copied may be part of what is being made.
  for (let at = made; at < made + length; at++) bytes[at] = bytes[at - back] ?? 0;
  output.made += length;
}

function append(output: Output, bytes: Uint8Array): void {
  checkRoom(output, bytes.length);
  output.bytes.set(bytes, output.made);
  output.made += bytes.length;
}

function checkRoom({ bytes, made }: Output, length: number): void {
  if (length > bytes.length - made) throw broken();
}

/** A number of so many bytes, the lowest first. */
function wordAt(bytes: Uint8Array, at: number, width: number): number {
  if (at + width > bytes.length) throw broken();
  let value = 0;
  for (let index = 0; index < width; index++) value += (bytes[at + index] ?? 0) * 2 ** (8 * index);
  return value;
}

function broken(cause?: unknown): Error {
  return new Error("it is not what its Zstandard packing promises", { cause });
}
