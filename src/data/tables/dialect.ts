import Papa from "papaparse";
import { quotesNames, separatorNames, type ReadingChoice, type ReadingStep } from "../../contract/reading.ts";
import { headerNames, plainName } from "./column-names.ts";

export type Separator = NonNullable<ReadingChoice["separator"]>;
type Quote = '"' | "'";

/** How a table's text is cut into cells. */
export interface Dialect {
  readonly separator: Separator;
  /** Cells in quotes may hold separators, line ends and quotes; else quotes are ordinary characters. */
  readonly quoted: boolean;
  readonly quote: Quote;
  /** What stands before a quote inside a quoted cell: another one (RFC 4180), or a backslash (MySQL, Spark, R). */
  readonly escape: Quote | "\\";
  /** Blanks stand between separators and quotes, as in `a, "b, c"`, and are no text. */
  readonly padded: boolean;
  /** Lines above the table: comments, a spreadsheet's "sep=" line. */
  readonly above: number;
  readonly steps: readonly ReadingStep[];
}

/** In the order in which they are preferred: hardly a text holds a tab, nearly all hold commas. */
const separators: readonly Separator[] = ["\t", ";", "|", ","];
/** A tab in so many of the lines was never meant otherwise. */
const tabShare = 0.8;
/** Shares closer than this are alike. */
const alike = 0.02;

/** How the lines are cut with one separator: the most frequent number of cells above one, and the lines that have it. */
interface Cut {
  readonly separator: Separator;
  readonly share: number;
}

/**
 * Reads off the first lines of a text (a few thousand) how it is cut into cells.
 *
 * The separator is the one that gives most lines the same number of cells, two or more; a tab goes before others. With
 * other separators quotes are RFC 4180's; with tabs they are ordinary characters, as in GLUE's files, unless every quote
 * of the lines is RFC 4180's and some cell needs them: see needsQuotes().
 */
export function dialectOf(lines: readonly string[], name: string, choice: ReadingChoice): Dialect {
  const steps: ReadingStep[] = [];
  const filled = Math.max(
    0,
    lines.findIndex((line) => line.trim() !== ""),
  );
  const said = /^"?sep=(.)"?[;,]*$/i.exec(lines[filled]?.replace(/\r$/, "") ?? "")?.[1];
  const own = separators.find((separator) => separator === said);
  let above = own === undefined ? 0 : filled + 1;
  const first = own === undefined ? filled : above;
  const hashes = lines.slice(first).findIndex((line) => !line.startsWith("#"));
  const below = lines.slice(first + Math.max(0, hashes));
  const separator = choice.separator ?? own ?? separatorOf(hashes > 0 ? below : lines.slice(above), name);
  if (hashes > 0 && areComments(lines.slice(first, first + hashes), below, separator)) {
    above = first + hashes;
    const found = hashes === 1 ? "1 comment line" : `${hashes} comment lines`;
    const assumed = `Lines above the table that begin with "#" are left out: ${hashes}.`;
    steps.push({ stage: "comments", found, assumed });
  }
  const table = lines.slice(above);
  const byBlanks = separator === " " && choice.separator === null;
  const parted = byBlanks ? "A blank parts the cells, as R's write.table has it." : null;
  steps.push({ stage: "separator", found: separatorNames[separator], assumed: parted });
  const quote = choice.quoted !== false && areSingleQuoted(table, separator) ? "'" : '"';
  const quoted = choice.quoted ?? (quote === "'" || separator !== "\t" || needsQuotes(table));
  const escape = quoted && escapesByBackslash(table, separator, quote) ? "\\" : quote;
  const padded = quoted && hasPaddedQuotes(table, separator, quote);
  const how = escape === "\\" ? "quotes inside them have a backslash" : "quotes inside them are doubled";
  const unusual = choice.quoted === null && quoted && (separator === "\t" || escape !== '"');
  steps.push({
    stage: "quotes",
    found: quoted ? quotesNames.quoted : quotesNames.plain,
    assumed: unusual ? `Cells are in ${quote === "'" ? "single " : ""}quotes, and ${how}.` : null,
  });
  return { separator, quoted, quote, escape, padded, above, steps };
}

/** The separator of most lines with the same number of cells; where there is none, what the file's name says. */
function separatorOf(lines: readonly string[], name: string): Separator {
  const filled = lines.filter((line) => line.trim() !== "");
  if (arePartedByBlanks(filled)) return " ";
  const cuts = separators.map((separator) => cutOf(filled, separator));
  const [tab] = cuts;
  if (tab !== undefined && tab.share >= tabShare) return tab.separator;
  const best = Math.max(...cuts.map(({ share }) => share));
  if (best === 0) return /\.csv$/i.test(name) ? "," : "\t";
  return cuts.find(({ share }) => share >= best - alike)?.separator ?? "\t";
}

function cutOf(lines: readonly string[], separator: Separator): Cut {
  const holding = lines.filter((line) => line.includes(separator));
  if (holding.length === 0) return { separator, share: 0 };
  const lengths = new Map<number, number>();
  const text = separator === "\t" ? null : lines.join("\n");
  const rows = text === null ? lines.map((line) => line.split("\t")) : parsed(text, separator, '"').data;
  for (const { length } of rows) if (length > 1) lengths.set(length, (lengths.get(length) ?? 0) + 1);
  return { separator, share: Math.max(0, ...lengths.values()) / Math.max(1, rows.length) };
}

function parsed(
  text: string,
  delimiter: Separator,
  escapeChar: Dialect["escape"],
  quoteChar: Quote = '"',
): Papa.ParseResult<string[]> {
  return new Papa.Parser({ delimiter, newline: "\n", quoteChar, escapeChar }).parse(text, 0, false);
}

/** A line that begins with a cell in quotes, behind which a blank stands, or nothing. */
const quotedThenBlank = /^"(?:[^"\\]|\\.|"")*"(?: |$)/;
/** Share of the lines that have to agree; one with a line end in a cell is two. */
const mostLines = 0.8;

/** Whether blanks part the cells: of R's write.table, which quotes all texts unless it is told otherwise. */
function arePartedByBlanks(lines: readonly string[]): boolean {
  const fitting = lines.filter((line) => quotedThenBlank.test(line));
  if (lines.length < 2 || fitting.length < mostLines * lines.length) return false;
  const { data } = parsed(lines.join("\n"), " ", escapesByBackslash(lines, " ", '"') ? "\\" : '"');
  // Blanks may stand around another separator as well.
  const several = data.filter((row) => row.length > 1 && !row.slice(1).some((cell) => /^[,;|\t]/.test(cell)));
  return several.length > 0 && evenShare(several) * several.length >= mostLines * data.length;
}

/**
 * Whether cells are in single quotes, as some programs write them: half of the lines have such a cell, read so all of them
 * come out without a fault, and some cell needs its quotes.
 */
function areSingleQuoted(lines: readonly string[], separator: Separator): boolean {
  const opened = lines.filter((line) => line.startsWith("'") || line.includes(`${separator}'`));
  if (opened.length < 2 || opened.length * 2 < lines.length) return false;
  const escape = lines.some((line) => line.includes("\\'")) ? "\\" : "'";
  const { data, errors } = parsed(lines.join("\n"), separator, escape, "'");
  const cut = errors.some(({ row }) => row === data.length - 1);
  const rows = cut ? data.slice(0, -1) : data;
  if (errors.some(({ row }) => row !== undefined && row < rows.length)) return false;
  return rows.some((row) => row.some((cell) => cell.includes(separator) || cell.includes("\n")));
}

/**
 * Whether lines that begin with "#" are no rows: they are not cut as the line below them, or that one names columns by
 * well-known names and they do not.
 */
function areComments(lines: readonly string[], below: readonly string[], separator: Separator): boolean {
  const cells = (line: string): readonly string[] =>
    line.split(separator).map((cell) => plainName(cell.replace(/^#/, "")));
  const next = cells(below.find((line) => line.trim() !== "") ?? "");
  const named = (names: readonly string[]): boolean => names.some((name) => headerNames.has(name));
  const above = lines.map(cells);
  return next.length > 1 && (above.every((row) => row.length !== next.length) || (named(next) && !above.some(named)));
}

/** A cell in quotes with all quotes inside it doubled. */
const wholeQuoted = /^"(?:[^"]|"")*"$/;

/**
 * Whether the quotes of tab-separated lines belong to the format. Writers that quote (pandas, R) quote every cell with a
 * quote in it and double those inside: so no other cell has one. That some cell needs its quotes shows in a doubled one,
 * in a tab or a line end within them, or in a column all of whose cells have them.
 */
function needsQuotes(lines: readonly string[]): boolean {
  if (!lines.some((line) => line.includes('"'))) return false;
  const { data, errors } = parsed(lines.join("\n"), "\t", '"');
  // The end of what was read may cut the last row in two.
  const cut = errors.some(({ row }) => row === data.length - 1);
  const rows = cut ? data.slice(0, -1) : data;
  if (rows.length === 0 || errors.some(({ row }) => row !== undefined && row < rows.length)) return false;
  const plain = lines.slice(0, cut ? -1 : undefined).map((line) => line.split("\t"));
  if (rows.some((row) => row.some((cell) => cell.includes("\t") || cell.includes("\n")))) {
    return evenShare(rows) > evenShare(plain);
  }
  const cells = plain.flat();
  if (cells.some((cell) => cell.includes('"') && !wholeQuoted.test(cell))) return false;
  return cells.some((cell) => cell.slice(1, -1).includes('""')) || wholeColumn(plain);
}

/** Share of the rows that have the most frequent number of cells. */
function evenShare(rows: readonly (readonly string[])[]): number {
  const lengths = new Map<number, number>();
  for (const { length } of rows) lengths.set(length, (lengths.get(length) ?? 0) + 1);
  return Math.max(0, ...lengths.values()) / rows.length;
}

/** Whether all cells of some column, two at least, are in quotes. */
function wholeColumn(rows: readonly (readonly string[])[]): boolean {
  const below = rows.filter((row) => row.length > 1);
  return below.length > 1 && (below[0] ?? []).some((_, at) => below.every((row) => wholeQuoted.test(row[at] ?? "")));
}

/** A line whose quotes stand next to separators. */
export function unpadded(text: string, separator: Separator, quote: Quote): string {
  return text.replaceAll(`${separator} ${quote}`, separator + quote);
}

/** Whether a blank stands before most quotes that open a cell: read without it, more of the lines come out even. */
function hasPaddedQuotes(lines: readonly string[], separator: Separator, quote: Quote): boolean {
  if (separator === " ") return false;
  const padded = lines.filter((line) => line.includes(`${separator} ${quote}`)).length;
  const tight = lines.filter((line) => line.includes(separator + quote)).length;
  if (padded < 2 || padded <= tight) return false;
  const text = lines.join("\n");
  const rows = (one: string): number => evenShare(parsed(one, separator, quote, quote).data);
  return rows(unpadded(text, separator, quote)) > rows(text);
}

/** Whether quotes inside quoted cells have a backslash before them: read so, more of the lines come out even. */
function escapesByBackslash(lines: readonly string[], separator: Separator, quote: Quote): boolean {
  if (!lines.some((line) => line.includes(`\\${quote}`))) return false;
  const text = lines.join("\n");
  const faults = (escape: Dialect["escape"]): number => parsed(text, separator, escape, quote).errors.length;
  return faults("\\") < faults(quote);
}
