import { zipSync } from "fflate";
import readXlsxFile, { type CellValue } from "read-excel-file/universal";
import type { ReadingStep } from "../../contract/reading.ts";
import { AppError, messageOf } from "../../core/errors.ts";
import type { ZipEntry } from "../../core/zip.ts";
import { maxColumns } from "../tables/limits.ts";
import type { RowSink } from "../tables/rows.ts";

/** Of all parts together, unpacked: they are read in one piece. */
const maxBytes = 128_000_000;
/** What a sheet can have. */
const maxSheetRows = 1_048_576;
/** Cells of a sheet with those between them: an address far out makes a row long, or many rows. */
const maxSheetCells = 20_000_000;
/** Sheets that are told of, at most. */
const mostTold = 5;

/**
 * Reads the first sheet with rows of an .xlsx; a row's "line" is its number from 1. Numbers are given as few digits as they
 * need, dates as text (2024-05-31, or with a time behind it), missing values as empty cells, formulas by their last values.
 *
 * Errors: bad-table for a damaged one or one without a row; bad-archive as its entries; too-large, and as the sink.
 */
export async function readSpreadsheetRows(
  entries: readonly ZipEntry[],
  name: string,
  sink: RowSink,
): Promise<readonly ReadingStep[]> {
  const archive = await plainArchive(entries, name);
  const sheets = await readXlsxFile(archive, { parseNumber: plainNumber, trim: false }).catch((cause: unknown) => {
    const advice = "Open it in a spreadsheet and save it again, or save the sheet as CSV.";
    const found = `${name} is an .xlsx that cannot be read: ${messageOf(cause)}`;
    return Promise.reject(new AppError("bad-table", `${found}. ${advice}`, { cause }));
  });
  // A chart has a sheet of its own, for which the library has no data, whatever its types say.
  const tables = sheets.filter(({ data }) => Array.isArray(data));
  const filled = tables.filter(({ data }) => data.some((row) => row.some((cell) => cellText(cell) !== "")));
  const [taken, ...others] = filled;
  if (taken === undefined) throw new AppError("bad-table", `${name} is an .xlsx without a row in it.`);
  for (const [index, row] of taken.data.entries()) {
    const cells = row.map(cellText);
    sink.row(cells.every((cell) => cell === "") ? [""] : cells, index + 1);
  }
  return [{ stage: "container", found: `sheet ${taken.sheet}`, assumed: assumedOf(taken.sheet, others) }];
}

function assumedOf(taken: string, others: readonly { readonly sheet: string }[]): string | null {
  if (others.length === 0) return null;
  const named = others.slice(0, mostTold).map(({ sheet }) => sheet);
  const more = others.length - named.length;
  return `The first sheet with rows is read, ${taken}; left out: ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`;
}

/**
 * The parts that hold cells, in an archive that is not compressed: so nothing in it is larger than it was checked to be.
 *
 * Errors: bad-table, bad-archive, too-large.
 */
async function plainArchive(entries: readonly ZipEntry[], name: string): Promise<Blob> {
  const wanted = entries.filter(({ path }) => /\.(?:xml|rels)$/.test(path));
  const bytes = wanted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (bytes > maxBytes) throw tooLarge(name, `${bytes} bytes in its sheets, unpacked; up to ${maxBytes} are read`);
  const parts: Record<string, Uint8Array> = {};
  for (const entry of wanted) {
    const part = new Uint8Array(await (await entry.open()).arrayBuffer());
    if (entry.path.includes("worksheets/")) checkAddresses(part, name);
    parts[entry.path] = part;
  }
  return new Blob([zipSync(parts, { level: 0 })]);
}

/** Rows and cells of a sheet; an attribute may not hold what ends a tag. */
const tags = /<(?:\w+:)?(?:row|c)\b([^>]*)>/g;
const address = /\sr\s*=\s*["']([^"']*)["']/;

/** Refuses addresses outside any sheet, and sheets that would be mostly air. Errors: bad-table, too-large. */
function checkAddresses(part: Uint8Array, name: string): void {
  let [rowCount, columnCount] = [1, 1];
  for (const [, attributes = ""] of new TextDecoder().decode(part).matchAll(tags)) {
    const [, letters, digits] = /^([A-Z]{0,3})(\d{1,7})$/.exec(address.exec(attributes)?.[1] ?? "A1") ?? [];
    const row = Number(digits);
    const odd = (attributes.match(/["']/g)?.length ?? 0) % 2 === 1;
    if (letters === undefined || odd || row > maxSheetRows) {
      throw new AppError("bad-table", `${name} is an .xlsx with a cell outside its sheet. Save the sheet as CSV.`);
    }
    const column = Array.from(letters).reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0);
    rowCount = Math.max(rowCount, row);
    columnCount = Math.max(columnCount, column);
  }
  if (columnCount > maxColumns) throw tooLarge(name, `${columnCount} columns; at most ${maxColumns} are read`);
  if (rowCount * columnCount > maxSheetCells) {
    throw tooLarge(
      name,
      `a sheet of ${rowCount} rows and ${columnCount} columns; at most ${maxSheetCells} cells are read`,
    );
  }
}

function tooLarge(name: string, what: string): AppError {
  return new AppError("too-large", `${name} has ${what}. Save the sheet as CSV, and cut it.`);
}

/** Spreadsheets write 4.2 as 4.2000000000000002; a whole number that no float holds stays as it is. */
function plainNumber(written: string): string {
  const value = Number(written);
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? String(value) : written;
}

function cellText(cell: CellValue<string> | null): string {
  if (cell === null) return "";
  return cell instanceof Date ? dateText(cell) : String(cell);
}

function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return "";
  const [day = "", time = ""] = date
    .toISOString()
    .replace(/\.\d+Z$/, "")
    .split("T");
  return time === "00:00:00" ? day : `${day} ${time}`;
}
