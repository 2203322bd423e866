import { fromBase64 } from "../../core/base64.ts";
import { isObject, type JsonObject } from "../../core/json.ts";
import { Charsmap } from "./charsmap.ts";

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

/** Whether a map puts something in the place of a text. */
function isMapped(map: Uint8Array, text: string): boolean {
  const bytes = new TextEncoder().encode(text);
  return Charsmap.read(map)?.longest(bytes, 0)?.length === bytes.length;
}
