/** A string, or what stands between strings: what is mended must not lie in a text. */
const parts = /"(?:[^"\\]|\\.)*"|[^"]+/gsu;

/**
 * Parses JSON as it should be and as it is often written: Python's NaN, Infinity and -Infinity are null, commas before a
 * closing bracket go. undefined where it is none even so.
 */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (!/NaN|Infinity|,\s*[\]}]/u.test(text)) return undefined;
  }
  const mended = text.replace(parts, (part) =>
    part.startsWith('"') ? part : part.replace(/-?\b(?:NaN|Infinity)\b/gu, "null").replace(/,(\s*[\]}])/gu, "$1"),
  );
  try {
    return JSON.parse(mended);
  } catch {
    return undefined;
  }
}

/** A plain value as a cell: text, number, truth value, a list of one of them; "" for null; null for anything else. */
export function jsonCell(value: unknown): string | null {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "boolean":
      return String(value);
    case "undefined":
      return "";
    default:
      if (value === null) return "";
      return Array.isArray(value) && value.length === 1 && typeof value[0] !== "object" ? jsonCell(value[0]) : null;
  }
}
