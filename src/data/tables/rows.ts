import Papa, { type ParseResult } from "papaparse";
import { AppError } from "../../core/errors.ts";
import { unpadded, type Dialect } from "./dialect.ts";
import { countOf, type Lines } from "./lines.ts";

/** Takes rows as they are read. */
export interface RowSink {
  /** One row of cells that starts on file line `line` (from 1). */
  row(cells: readonly string[], line: number): void;
  /** A line that is not a row. */
  skip(line: number, reason: string): void;
}

/** A quoted cell that is still open after so many characters was never meant as one. */
const maxOpenQuote = 4_000_000;
/** A file with more quotes than this left open is not CSV. */
const maxUnclosed = 100;

/** Cuts text into rows as its dialect says. Errors: bad-table where quotes are left open again and again. */
export async function readTextRows(pieces: AsyncIterable<Lines>, dialect: Dialect, sink: RowSink): Promise<void> {
  const table = below(pieces, dialect.above);
  await (dialect.quoted ? readQuotedRows(table, dialect, sink) : readPlainRows(table, dialect, sink));
}

/** The text without its first lines. */
async function* below(pieces: AsyncIterable<Lines>, above: number): AsyncGenerator<Lines> {
  for await (const { text, firstLine } of pieces) {
    if (firstLine > above) {
      yield { text, firstLine };
      continue;
    }
    const lines = text.split("\n");
    const rest = lines.slice(above + 1 - firstLine);
    if (rest.length > 0) yield { text: rest.join("\n"), firstLine: firstLine + lines.length - rest.length };
  }
}

/** A line is a row, and quotes are ordinary characters, as in GLUE's files. */
async function readPlainRows(pieces: AsyncIterable<Lines>, { separator }: Dialect, sink: RowSink): Promise<void> {
  for await (const { text, firstLine } of pieces) {
    let line = firstLine;
    for (const row of text.split("\n")) sink.row(row.split(separator), line++);
  }
}

/**
 * Cuts text into rows by RFC 4180: a quoted cell may hold delimiters, line ends and doubled quotes. Rows with misplaced
 * quotes are skipped with their lines, because what they swallowed cannot be told.
 *
 * Errors: bad-table where quotes are left open again and again.
 */
async function readQuotedRows(
  pieces: AsyncIterable<Lines>,
  { separator: delimiter, quote: quoteChar, escape: escapeChar, padded, above }: Dialect,
  sink: RowSink,
): Promise<void> {
  // The line end is given: detection, on mixed line ends, merges rows. The newline never stays "\r\n" here.
  const parser = new Papa.Parser({ delimiter, quoteChar, escapeChar, newline: "\n" });
  let pending = "";
  let line = above + 1;
  let unclosedCount = 0;

  const take = (): void => {
    const result: ParseResult<string[]> = parser.parse(pending, 0, true);
    const misquoted = new Set(result.errors.map((error) => error.row));
    for (const [index, cells] of result.data.entries()) {
      const nextLine = line + 1 + cells.reduce((sum, cell) => sum + countOf(cell, "\n"), 0);
      if (misquoted.has(index)) sink.skip(line, misquotedReason(line, nextLine - 1));
      else sink.row(cells, line);
      line = nextLine;
    }
    pending = pending.slice(result.meta.cursor);
  };
  const dropOpenLine = (): void => {
    unclosedCount += 1;
    if (unclosedCount > maxUnclosed) {
      throw new AppError(
        "bad-table",
        `More than ${maxUnclosed} quotes are opened and never closed, up to line ${line}; CSV doubles quotes inside ` +
          "quoted cells. Save it as CSV again, or as TSV, where quotes are ordinary characters.",
      );
    }
    sink.skip(line, "a quote is opened and never closed");
    pending = pending.slice(pending.indexOf("\n") + 1);
    line += 1;
    take();
  };

  for await (const { text } of pieces) {
    pending += `${padded ? unpadded(text, delimiter, quoteChar) : text}\n`;
    take();
    while (pending.length > maxOpenQuote) dropOpenLine();
  }
  while (pending.length > 0) dropOpenLine();
}

function misquotedReason(first: number, last: number): string {
  const where = first === last ? "" : ` from here to line ${last}`;
  return `misplaced quotes${where}; CSV doubles quotes inside quoted cells`;
}
