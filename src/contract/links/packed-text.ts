import { deflateSync, Inflate } from "fflate";
import { fromBase64, toBase64 } from "../../core/base64.ts";

/** Packed bytes that are inflated at once: deflate makes at most a thousandfold of them. */
const sliceBytes = 128;

/** A text as deflate and base64url have it: letters that an address may hold. */
export function packText(text: string): string {
  const packed = deflateSync(new TextEncoder().encode(text), { level: 9 });
  return toBase64(packed).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Reads what packText wrote, slice by slice, and stops at the first byte beyond `limitBytes`: "too-large" then; null for
 * what is no packed text, or only the beginning of one.
 */
export function unpackText(packed: string, limitBytes: number): { readonly text: string } | "too-large" | null {
  const bytes = /^[\w-]+$/.test(packed) ? fromBase64(packed.replaceAll("-", "+").replaceAll("_", "/")) : null;
  if (bytes === null) return null;
  const parts: Uint8Array[] = [];
  let madeBytes = 0;
  let ended = false;
  const stream = new Inflate((chunk, last) => {
    madeBytes += chunk.length;
    parts.push(chunk.slice());
    ended ||= last;
  });
  try {
    for (let at = 0; at < bytes.length && madeBytes <= limitBytes; at += sliceBytes) {
      stream.push(bytes.subarray(at, at + sliceBytes), at + sliceBytes >= bytes.length);
    }
    if (madeBytes > limitBytes) return "too-large";
    return ended ? { text: new TextDecoder("utf-8", { fatal: true }).decode(joined(parts, madeBytes)) } : null;
  } catch {
    return null;
  }
}

function joined(parts: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const whole = new Uint8Array(sizeBytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
