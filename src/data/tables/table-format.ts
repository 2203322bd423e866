import { AppError } from "../../core/errors.ts";
import { isJsonObject } from "./json-lines.ts";
import { readLines } from "./lines.ts";
import type { TableFormat } from "./rows.ts";

/** First bytes of files that are often dropped in place of a table. */
const strangers: readonly (readonly [string, string])[] = [
  ["PK\u0003\u0004", "a .zip (or .xlsx): unpack it, or save the sheet as CSV"],
  ["\u001F\u008B", "packed with gzip: unpack it"],
  ["\u00FF\u00FE", "UTF-16 text: save it as UTF-8"],
  ["\u00FE\u00FF", "UTF-16 text: save it as UTF-8"],
];

/**
 * Tells TSV from CSV: by the separator in the first line that is not empty, the name's ending first where both occur.
 * JSON Lines is known by an object on that line and something on another, a Parquet file by its first bytes.
 *
 * Errors: bad-table for an empty file or one of a known other kind, saying which.
 */
export async function sniffFormat(blob: Blob, name: string): Promise<TableFormat> {
  const [line = "", second] = await firstLines(blob, name);
  if (blob.size === 0) {
    throw new AppError(
      "bad-table",
      `${name} is empty. Choose a TSV, CSV, JSON Lines or Parquet file with a row for each example.`,
    );
  }
  const start = String.fromCharCode(...new Uint8Array(await blob.slice(0, 8).arrayBuffer()));
  if (start.startsWith("PAR1")) return "parquet";
  if (/\.parquet$/i.test(name)) {
    throw new AppError("bad-table", `${name} does not begin as a Parquet file does. Is the download complete?`);
  }
  const stranger = strangers.find(([magic]) => start.startsWith(magic));
  if (stranger !== undefined) {
    throw new AppError(
      "bad-table",
      `${name} is ${stranger[1]}. A TSV, CSV, JSON Lines or Parquet file is wanted here.`,
    );
  }
  // A single object is all of a file's data far more often than its only row.
  if (isJsonObject(line) && (second !== undefined || /\.(jsonl|ndjson)$/i.test(name))) return "json-lines";
  if (start.startsWith("{") || isJsonObject(line) || /^\[\s*\{\s*("|$)/.test(`${line}${second ?? ""}`.trim())) {
    throw new AppError(
      "bad-table",
      `${name} is JSON, but not JSON Lines, which has a whole object on every line. Save it so (jq -c '.[]' makes ` +
        "lines of a list), or as TSV or CSV.",
    );
  }
  const found = separators(line);
  const byName = /\.csv$/i.test(name) ? found.find((format) => format !== "tsv") : found.find((f) => f === "tsv");
  return byName ?? found[0] ?? (/\.csv$/i.test(name) ? "csv" : "tsv");
}

/** The first two lines that are not empty; fewer, where there are no more. */
async function firstLines(blob: Blob, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { text } of readLines(blob, name)) {
    for (const line of text.split("\n")) {
      if (line.trim() !== "") found.push(line);
      if (found.length === 2) return found;
    }
  }
  return found;
}

function separators(line: string): readonly TableFormat[] {
  const found: TableFormat[] = [];
  if (line.includes("\t")) found.push("tsv");
  if (line.includes(",")) found.push("csv");
  if (line.includes(";")) found.push("semicolon-csv");
  return found;
}
