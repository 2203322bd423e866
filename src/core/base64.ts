/** Bytes as base64 text, for results that are written as JSON. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  // fromCharCode takes its bytes as arguments, of which there may not be too many.
  for (let from = 0; from < bytes.length; from += 8192)
    text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  return btoa(text);
}

/** The bytes of a base64 text; null where it is none. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
