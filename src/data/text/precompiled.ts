import { fromBase64 } from "../../core/base64.ts";
import { isObject, type JsonObject } from "../../core/json.ts";

/** The zero width joiner, of emoji and of letters of India. */
const joiner = "\u200D";
/** What stands for it meanwhile: a code point that is no character, and so in no text. */
const aside = "\uFDD0";

/**
 * A normalizer whose Precompiled keep the zero width joiner where their map does, as SentencePiece's usual one: the library
 * reads no map, and makes a space of it.
 */
export function settledPrecompiled(normalizer: JsonObject): JsonObject {
  const { type, normalizers, precompiled_charsmap: map } = normalizer;
  if (type === "Sequence" && Array.isArray(normalizers)) {
    return {
      ...normalizer,
      normalizers: normalizers.map((one: unknown) => (isObject(one) ? settledPrecompiled(one) : one)),
    };
  }
  const bytes = type === "Precompiled" && typeof map === "string" ? fromBase64(map) : null;
  if (bytes === null || isMapped(bytes, joiner)) return normalizer;
  const replace = (text: string, content: string) => ({ type: "Replace", pattern: { String: text }, content });
  return { type: "Sequence", normalizers: [replace(joiner, aside), normalizer, replace(aside, joiner)] };
}

/**
 * Whether a map puts something in the place of a text: the bytes of its double-array trie, as many as its first word says,
 * then what is put there. Source: SentencePiece's normalizer.cc; units as in Darts-clone.
 */
function isMapped(map: Uint8Array<ArrayBuffer>, text: string): boolean {
  const view = new DataView(map.buffer);
  const end = map.length < 4 ? 0 : Math.min(map.length, 4 + view.getUint32(0, true));
  const unitAt = (place: number): number => (4 * place + 8 > end ? 0 : view.getUint32(4 * place + 4, true));
  const stepOf = (unit: number): number => (unit >>> 10) << ((unit & 512) >>> 6);
  let unit = unitAt(0);
  let place = stepOf(unit);
  for (const byte of new TextEncoder().encode(text)) {
    place ^= byte;
    unit = unitAt(place);
    if ((unit & 0x800000ff) !== byte) return false;
    place ^= stepOf(unit);
  }
  return (unit & 256) !== 0;
}
