/** A list as a cell holds it: in JSON. */
export function listCell(items: readonly string[]): string {
  return JSON.stringify(items);
}

/** Values of a list as texts, missing ones left out; null where one of them is a list or an object. */
export function plainItems(values: readonly unknown[]): readonly string[] | null {
  const items: string[] = [];
  for (const value of values) {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") items.push(String(value));
    else if (value !== null && value !== undefined) return null;
  }
  return items;
}
