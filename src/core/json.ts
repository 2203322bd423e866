/** An object of JSON, of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object, and no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a text holds as JSON. Errors: what `refused` makes of the parser's. */
export function parsedJson(text: string, refused: (cause: unknown) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refused(cause);
  }
}

/** What JSON.stringify writes, with a line for each object or list that holds no other: a record a line. */
export function jsonByLine(value: unknown, indent = ""): string {
  if (!isNest(value) || !Object.values(value).some(isNest)) return JSON.stringify(value);
  const inner = `${indent} `;
  const lines = Array.isArray(value)
    ? value.map((one: unknown) => inner + jsonByLine(one ?? null, inner))
    : Object.entries(value)
        .filter(([, one]) => one !== undefined)
        .map(([key, one]: [string, unknown]) => `${inner}${JSON.stringify(key)}: ${jsonByLine(one, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${lines.join(",\n")}\n${indent}${close}`;
}

/** Whether a value is an object or a list. */
function isNest(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
