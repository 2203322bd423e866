import { parsedJson } from "../json/json-text.ts";
import { plainItems } from "./list-cells.ts";

/** An item of a list as Python and NumPy write it: in quotes, or a bare word. */
const item = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s,'"[\](){}]+))\s*,?/y;

/**
 * The items of a cell that is a list of texts, numbers or truth values: as JSON, as Python writes it (['a', 'b']) or NumPy
 * ([0. 1.]). null where it is none.
 */
export function itemsOf(cell: string): readonly string[] | null {
  const text = cell.trim();
  if (!text.startsWith("[") || !text.endsWith("]")) return null;
  const value = parsedJson(text);
  return Array.isArray(value) ? plainItems(value) : looseItems(text.slice(1, -1).trim());
}

function looseItems(inner: string): readonly string[] | null {
  const items: string[] = [];
  for (let at = 0; at < inner.length;) {
    item.lastIndex = at;
    const found = item.exec(inner);
    if (found === null) return null;
    items.push((found[1] ?? found[2] ?? found[3] ?? "").replaceAll(/\\(.)/gu, "$1"));
    at = item.lastIndex;
  }
  return items;
}
