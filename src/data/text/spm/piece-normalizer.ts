import type { Charsmap } from "../charsmap.ts";
import { longestPiece } from "./longest-piece.ts";
import { pieceTypes, type SpmModel } from "./spm-model.ts";

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();
const spaceByte = 0x20;
/** ▁, which stands for a space. */
const spaceMark = utf8.encode("▁");

/**
 * How a SentencePiece model writes a text before it cuts it: characters by its map, user-defined pieces as they are, spaces at
 * both ends left out and several made one, a space in front, and ▁ for each. Source: SentencePiece's normalizer.cc.
 */
export function pieceNormalizer(
  { pieces, spaceBefore, mergesSpaces }: SpmModel,
  charsmap: Charsmap | null,
): (text: string) => string {
  const keptAt = longestPiece(
    pieces.filter(({ type }) => type === pieceTypes.userDefined).map(({ text }) => utf8.encode(text)),
  );
  /** How many bytes are taken at a place, and what is put there for them. */
  const partAt = (bytes: Uint8Array, at: number): readonly [length: number, put: Uint8Array] => {
    const whole = keptAt(bytes, at);
    if (whole !== null) return [whole.length, whole];
    const mapped = charsmap?.longest(bytes, at) ?? null;
    if (mapped !== null) return [mapped.length, mapped.replacement];
    const length = characterLength(bytes[at] ?? 0);
    return [length, bytes.subarray(at, at + length)];
  };
  return (text) => {
    const bytes = utf8.encode(text);
    const out: number[] = [];
    let begun = false;
    let behindSpace = mergesSpaces;
    for (let at = 0; at < bytes.length;) {
      const [length, put] = partAt(bytes, at);
      at += length;
      // Before the first other character there is nothing, not even the space in front.
      if (!begun && mergesSpaces && put.length === 1 && put[0] === spaceByte) continue;
      if (!begun && spaceBefore) out.push(...spaceMark);
      begun = true;
      let from = 0;
      if (behindSpace) while (put[from] === spaceByte) from += 1;
      for (const byte of put.subarray(from)) {
        if (byte === spaceByte) out.push(...spaceMark);
        else out.push(byte);
      }
      if (from < put.length) behindSpace = put.at(-1) === spaceByte;
      if (!mergesSpaces) behindSpace = false;
    }
    const written = fromUtf8.decode(Uint8Array.from(out));
    return mergesSpaces ? written.replace(/▁+$/u, "") : written;
  };
}

/** Bytes of a UTF-8 character, by its first. */
function characterLength(first: number): number {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}
