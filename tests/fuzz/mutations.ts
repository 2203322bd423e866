import type { Chance } from "./chance.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes that lengths, counts and signs turn at. */
const edges: readonly number[] = [0, 1, 0x7f, 0x80, 0xfe, 0xff];
/** Little-endian numbers that sizes turn at. */
const edgeWords: readonly number[] = [0, 1, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];
/** An input grows no larger. */
const mostBytes = 200_000;

/** Valid input damaged in one place or several; now and then whole, joined with another, or no valid input at all. */
export function mutatedBytes(chance: Chance, seeds: readonly Bytes[], words: readonly string[] = []): Bytes {
  if (chance.hit(0.02)) return chance.bytes(chance.below(200));
  let bytes = chance.pick(seeds);
  if (chance.hit(0.02)) return bytes;
  if (chance.hit(0.05)) bytes = spliced(chance, bytes, chance.pick(seeds));
  const count = 1 + chance.below(chance.hit(0.2) ? 16 : 4);
  for (let change = 0; change < count; change++) bytes = changed(chance, bytes, words);
  return bytes.length > mostBytes ? bytes.slice(0, mostBytes) : bytes;
}

function changed(chance: Chance, bytes: Bytes, words: readonly string[]): Bytes {
  const at = chance.below(bytes.length + 1);
  const length = 1 + chance.below(chance.hit(0.1) ? bytes.length : 16);
  switch (chance.below(words.length > 0 ? 10 : 7)) {
    case 0:
      return withByte(bytes, at, chance.word() & 255);
    case 1:
      return withByte(bytes, at, chance.pick(edges));
    case 2:
      return withByte(bytes, at, (bytes[at] ?? 0) ^ (1 << chance.below(8)));
    case 3:
      return joined(bytes.subarray(0, at), bytes.subarray(at + length));
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at));
    case 5:
      return withWord(bytes, at, chance.pick(edgeWords));
    case 6:
      return chance.hit(0.3)
        ? bytes.slice(0, at)
        : joined(bytes.subarray(0, at), chance.bytes(length & 15), bytes.subarray(at));
    default: {
      const word = new TextEncoder().encode(chance.pick(words).repeat(chance.hit(0.03) ? 1 + chance.below(500) : 1));
      return joined(bytes.subarray(0, at), word, bytes.subarray(chance.hit(0.5) ? at : at + word.length));
    }
  }
}

function withByte(bytes: Bytes, at: number, value: number): Bytes {
  const copy = bytes.slice();
  if (at < copy.length) copy[at] = value;
  return copy;
}

function withWord(bytes: Bytes, at: number, value: number): Bytes {
  const copy = bytes.slice();
  if (at + 4 <= copy.length) new DataView(copy.buffer).setUint32(at, value, true);
  return copy;
}

function spliced(chance: Chance, first: Bytes, second: Bytes): Bytes {
  return joined(first.subarray(0, chance.below(first.length)), second.subarray(chance.below(second.length)));
}

export function joined(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Values that a field of JSON is not meant to have. */
const oddValues: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  0.5,
  -0,
  1e308,
  -1e-308,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  1e21,
  1000,
  "",
  "a",
  "1",
  "__proto__",
  "\u0000",
  "\uD800",
  "é",
  "x".repeat(300),
  "NaN",
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  { length: 5 },
  [1, "a", {}],
];

/** A JSON value with some of its fields replaced, deleted, doubled, named anew or nested. */
export function mutatedJson(chance: Chance, value: unknown): unknown {
  let changedValue = value;
  const count = 1 + chance.below(chance.hit(0.2) ? 8 : 2);
  for (let change = 0; change < count; change++) changedValue = changedAt(chance, changedValue, 0);
  return changedValue;
}

function changedAt(chance: Chance, value: unknown, depth: number): unknown {
  const isNest = typeof value === "object" && value !== null;
  if (!isNest || depth > 12 || chance.hit(0.12)) return replaced(chance, value);
  if (Array.isArray(value)) {
    const at = chance.below(value.length);
    const list: unknown[] = value.slice();
    const choice = chance.below(10);
    if (choice === 0) list.splice(at, 1);
    else if (choice === 1) list.splice(at, 0, list[at]);
    else if (list.length > 0) list[at] = changedAt(chance, list[at], depth + 1);
    return list;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return replaced(chance, value);
  const at = chance.below(entries.length);
  const [key, inner] = entries[at] ?? ["", null];
  if (chance.hit(0.1)) entries.splice(at, 1);
  else if (chance.hit(0.05)) entries[at] = [chance.pick(entries)[0] + chance.pick(["", "_", "0"]), inner];
  else entries[at] = [key, changedAt(chance, inner, depth + 1)];
  return Object.fromEntries(entries);
}

function replaced(chance: Chance, value: unknown): unknown {
  switch (chance.below(8)) {
    case 0:
      return [value];
    case 1:
      return { a: value, b: value };
    case 2:
      return typeof value === "number" ? value * chance.pick([-1, 2, 0.5, 1e6, 1e-6]) : value;
    case 3:
      return typeof value === "string"
        ? value.slice(chance.below(value.length)) + chance.pick(["", "x", " ", "9"])
        : value;
    case 4:
      return chance.hit(0.05) ? nested(chance.below(3000)) : chance.pick(oddValues);
    default:
      return chance.pick(oddValues);
  }
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}
