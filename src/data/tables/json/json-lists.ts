import { jsonCell, parsedJson } from "./json-text.ts";
import { flawOfText, type Lines } from "../lines.ts";
import type { RowSink } from "../rows.ts";

/** Whether the first two lines that are not empty hold a list of several plain values each. */
export function holdsJsonLists(lines: readonly string[]): boolean {
  const [first, second] = lines.filter((line) => line.trim() !== "").map(cellsOf);
  return Array.isArray(first) && first.length > 1 && Array.isArray(second) && second.length > 1;
}

/** Reads JSON Lines whose lines are lists, the first of which may name the columns. Other lines are skipped. */
export async function readJsonLists(pieces: AsyncIterable<Lines>, sink: RowSink): Promise<void> {
  for await (const { text, firstLine } of pieces) {
    let line = firstLine;
    for (const content of text.split("\n")) {
      const cells = content.trim() === "" ? [""] : cellsOf(content);
      if (typeof cells === "string") sink.skip(line, cells);
      else sink.row(cells, line);
      line += 1;
    }
  }
}

/** A line's cells; or why it has none. */
function cellsOf(content: string): string[] | string {
  if (!content.trimStart().startsWith("[")) return "no list";
  const flaw = flawOfText(content);
  if (flaw !== null) return flaw;
  const value = parsedJson(content.trim().replace(/,$/u, ""));
  if (!Array.isArray(value)) return "no list";
  const cells = value.map((one) => jsonCell(one));
  return cells.includes(null) ? "a list or an object in a cell" : cells.flatMap((cell) => cell ?? []);
}
