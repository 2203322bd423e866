import { brotliCompressSync, gzipSync } from "node:zlib";
import { codecs, type Unpack } from "../../../src/data/packing/codecs.ts";
import { unpackLz4Frame } from "../../../src/data/packing/lz4.ts";
import { unpackSnappy } from "../../../src/data/packing/snappy.ts";
import type { FuzzedParser } from "../fuzzing.ts";
import { joined, mutatedBytes, type Bytes } from "../mutations.ts";
import { seedFiles } from "./seed-files.ts";

const text = new TextEncoder().encode("so it goes, so it goes, so it goes; never again, and so on and on. ".repeat(4));

/** A varint, low bits first. */
const varint = (value: number): readonly number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)];
const literal = text.subarray(0, 40);
const seeds: Readonly<Record<string, readonly Bytes[]>> = {
  // Forty letters, then a copy of eleven from twelve back. Source: snappy's format description.
  snappy: [Uint8Array.from([...varint(51), 39 << 2, ...literal, (7 << 2) | 1, 12])],
  // The same: four bits each for letters and match, lengths above them in bytes. Source: LZ4's block format.
  lz4: [Uint8Array.from([0xf7, 25, ...literal, 12, 0, 0x50, ...literal.subarray(0, 5)])],
  brotli: [Uint8Array.from(brotliCompressSync(text))],
  gzip: [Uint8Array.from(gzipSync(text))],
};
const lz4 = seeds["lz4"]?.[0] ?? new Uint8Array();
const size = (value: number): readonly number[] => [24, 16, 8, 0].map((shift) => (value >> shift) & 255);
const hadoop = [joined(Uint8Array.from([...size(56), ...size(lz4.length)]), lz4)];
const frame = [
  joined(Uint8Array.from([4, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, lz4.length, 0, 0, 0]), lz4, new Uint8Array(4)),
];
/** Zstandard: a stored block, a block of one letter many times, and what follows its mark in files. Source: RFC 8878. */
const zstdByHand: readonly Bytes[] = [
  Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 5, 0x29, 0, 0, ...literal.subarray(0, 5)]),
  Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 200, 0x43, 6, 0, 65]),
];

/** Those, and as many frames of files. */
function zstd(): readonly Bytes[] {
  const frames = seedFiles(/^zstd\./).flatMap(framesIn);
  return frames.flatMap((frame, at) => [frame, zstdByHand[at % zstdByHand.length] ?? frame]);
}

function framesIn(bytes: Bytes): readonly Bytes[] {
  const frames: Bytes[] = [];
  for (let at = 0; at + 4 < bytes.length; at++) {
    if (bytes[at] === 0x28 && bytes[at + 1] === 0xb5 && bytes[at + 2] === 0x2f) frames.push(bytes.slice(at, at + 120));
  }
  return frames;
}

/** sizes: what the inputs unpack to. */
function fuzzedPacking(
  name: string,
  inputs: () => readonly Bytes[],
  unpack: Unpack | undefined,
  sizes: readonly number[],
): FuzzedParser {
  return {
    name,
    make: (chance) => mutatedBytes(chance, inputs()),
    parse: (input, chance) => {
      if (unpack === undefined) throw new TypeError("no such packing");
      return unpack(input, chance.hit(0.1) ? chance.below(70_000) : chance.pick(sizes));
    },
    // "Errors: Error": what reads the pages turns it into an AppError.
    refuses: (error) => error instanceof Error && error.constructor === Error,
  };
}

export const packingParsers: readonly FuzzedParser[] = [
  fuzzedPacking("snappy", () => seeds["snappy"] ?? [], unpackSnappy, [51]),
  fuzzedPacking("LZ4", () => seeds["lz4"] ?? [], codecs["LZ4_RAW"], [56]),
  fuzzedPacking("LZ4 of Hadoop", () => hadoop, codecs["LZ4"], [56]),
  fuzzedPacking("LZ4 frames", () => frame, unpackLz4Frame, [56]),
  fuzzedPacking("Brotli", () => seeds["brotli"] ?? [], codecs["BROTLI"], [text.length]),
  fuzzedPacking("gzip pages", () => seeds["gzip"] ?? [], codecs["GZIP"], [text.length]),
  fuzzedPacking("Zstandard", zstd, codecs["ZSTD"], [5, 200]),
];
