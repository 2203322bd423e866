/** Bits of a stream that is read from its end; below its beginning they are 0. */
export class BackwardBits {
  readonly #bytes: Uint8Array;
  /** Bits that are left; below zero more were read than there are. */
  left: number;

  /** Errors: Error where the mark that ends the stream is missing. */
  constructor(bytes: Uint8Array) {
    const last = bytes.at(-1) ?? 0;
    if (last === 0) throw new Error("a stream has no end");
    this.#bytes = bytes;
    this.left = 8 * bytes.length - 8 + log2(last);
  }

  /** The next bits, up to 16, without taking them. */
  peek(count: number): number {
    const from = this.left - count;
    const at = Math.max(0, from);
    const first = at >> 3;
    const [a = 0, b = 0, c = 0] = [this.#bytes[first], this.#bytes[first + 1], this.#bytes[first + 2]];
    const bits = (a | (b << 8) | (c << 16)) >> (at & 7);
    const held = count - (at - from);
    return held <= 0 ? 0 : (bits & ((1 << held) - 1)) << (at - from);
  }

  /** Takes up to 32 bits. */
  take(count: number): number {
    if (count > 16) return this.take(count - 16) * 65_536 + this.take(16);
    const bits = this.peek(count);
    this.left -= count;
    return bits;
  }
}

/** Finite-state entropy: per state its symbol, and how the next state is read. */
export interface StateTable {
  /** There are 2^accuracy states. */
  readonly accuracy: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** Which symbols and how many states a table may have. */
export interface TableBounds {
  readonly maxSymbol: number;
  readonly maxAccuracy: number;
}

/** A table, and where its description ends. Errors: Error. Source: RFC 8878, section 4.1.1. */
export function readStateTable(
  bytes: Uint8Array,
  start: number,
  { maxSymbol, maxAccuracy }: TableBounds,
): { readonly table: StateTable; readonly end: number } {
  const accuracy = ((bytes[start] ?? 0) & 15) + 5;
  if (accuracy > maxAccuracy) throw new Error("a table has too many states");
  let at = 8 * start + 4;
  const peek = (count: number): number => {
    const first = at >> 3;
    const [a = 0, b = 0, c = 0] = [bytes[first], bytes[first + 1], bytes[first + 2]];
    return ((a | (b << 8) | (c << 16)) >> (at & 7)) & ((1 << count) - 1);
  };
  const shares: number[] = [];
  let rest = 1 << accuracy;
  while (rest > 0) {
    // Of 0 … rest + 1 the small ones take a bit less.
    const width = log2(rest + 1);
    const short = 2 ** (width + 1) - rest - 2;
    let value = peek(width);
    if (value < short) {
      at += width;
    } else {
      value = peek(width + 1);
      at += width + 1;
      if (value >= 2 ** width) value -= short;
    }
    const share = value - 1;
    shares.push(share);
    rest -= Math.abs(share);
    for (let zeros = share === 0 ? 3 : 0; zeros === 3;) {
      zeros = peek(2);
      at += 2;
      for (let zero = 0; zero < zeros; zero++) shares.push(0);
      if (shares.length > maxSymbol) throw new Error("a table has too many symbols");
    }
  }
  const end = (at + 7) >> 3;
  if (rest < 0 || shares.length > maxSymbol + 1 || end > bytes.length) throw new Error("a table is broken");
  return { table: stateTable(shares, accuracy), end };
}

/** The table of symbols that take these shares of 2^accuracy states; -1: less than one. */
export function stateTable(shares: readonly number[], accuracy: number): StateTable {
  const size = 1 << accuracy;
  const symbols = new Uint8Array(size);
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  let high = size;
  for (const [symbol, share] of shares.entries()) if (share < 0) symbols[--high] = symbol;
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (const [symbol, share] of shares.entries()) {
    for (let placed = 0; placed < share; placed++) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at >= high);
    }
  }
  const next = shares.map(Math.abs);
  for (let state = 0; state < size; state++) {
    const symbol = symbols[state] ?? 0;
    const number = next[symbol] ?? 1;
    next[symbol] = number + 1;
    const width = accuracy - log2(number);
    bits[state] = width;
    bases[state] = (number << width) - size;
  }
  return { accuracy, symbols, bits, bases };
}

/** The table of a single symbol, which takes no bits. */
export function singleState(symbol: number): StateTable {
  return {
    accuracy: 0,
    symbols: Uint8Array.of(symbol),
    bits: new Uint8Array(1),
    bases: new Uint16Array(1),
  };
}

/** Huffman codes: what the next `width` bits stand for, and how many of them the code has. */
export interface CodeTable {
  readonly width: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
}

const maxCodeBits = 11;
const weightBounds: TableBounds = { maxSymbol: 255, maxAccuracy: 6 };

/** A table, and where its description ends. Errors: Error. Source: RFC 8878, section 4.2.1. */
export function readCodeTable(bytes: Uint8Array, start: number): { readonly table: CodeTable; readonly end: number } {
  const head = bytes[start] ?? 0;
  const at = start + 1;
  const count = head - 127;
  const end = at + (head < 128 ? head : (count + 1) >> 1);
  if (end > bytes.length) throw new Error("a table is cut off");
  const weights =
    head < 128
      ? stateWeights(bytes.subarray(at, end))
      : Array.from({ length: count }, (_, index) => {
          const pair = bytes[at + (index >> 1)] ?? 0;
          return index % 2 === 0 ? pair >> 4 : pair & 15;
        });
  return { table: codeTable(weights), end };
}

/** Weights of Huffman codes, packed by two states that take turns. */
function stateWeights(bytes: Uint8Array): number[] {
  const { table, end } = readStateTable(bytes, 0, weightBounds);
  const stream = new BackwardBits(bytes.subarray(end));
  const states: [number, number] = [stream.take(table.accuracy), stream.take(table.accuracy)];
  if (stream.left < 0) throw new Error("a table is cut off");
  const weights: number[] = [];
  for (let turn: 0 | 1 = 0; ; turn = turn === 0 ? 1 : 0) {
    const state = states[turn];
    weights.push(table.symbols[state] ?? 0);
    if (weights.length > 255) throw new Error("a table has too many symbols");
    states[turn] = (table.bases[state] ?? 0) + stream.take(table.bits[state] ?? 0);
    if (stream.left >= 0) continue;
    weights.push(table.symbols[states[turn === 0 ? 1 : 0]] ?? 0);
    return weights;
  }
}

/** The last symbol's weight is not given: it fills the table up. */
function codeTable(given: readonly number[]): CodeTable {
  const sum = given.reduce((total, weight) => total + (weight === 0 ? 0 : 2 ** (weight - 1)), 0);
  const width = sum === 0 ? 0 : log2(sum) + 1;
  const rest = 2 ** width - sum;
  if (width === 0 || width > maxCodeBits || given.length > 255 || (rest & (rest - 1)) !== 0) {
    throw new Error("a table's codes do not fill it");
  }
  const weights = [...given, log2(rest) + 1];
  const symbols = new Uint8Array(1 << width);
  const bits = new Uint8Array(1 << width);
  let at = 0;
  for (let weight = 1; weight <= width; weight++) {
    for (const [symbol, own] of weights.entries()) {
      if (own !== weight) continue;
      const end = at + 2 ** (weight - 1);
      symbols.fill(symbol, at, end);
      bits.fill(width + 1 - weight, at, end);
      at = end;
    }
  }
  return { width, symbols, bits };
}

/** Rounded down; of a whole number from 1. */
function log2(value: number): number {
  return 31 - Math.clz32(value);
}
