import { AppError } from "../../core/errors.ts";
import { placeholderIn } from "../../core/strangers.ts";

/** What a file holds, by its first bytes: text of some sort, a table of another form, or a container of one. */
export type FileKind = "text" | "parquet" | "arrow" | "gzip" | "zip";

/** First bytes of what is read besides text. */
const readable: readonly (readonly [magic: string, kind: FileKind])[] = [
  ["PAR1", "parquet"],
  ["ARROW1", "arrow"],
  ["\u00FF\u00FF\u00FF\u00FF", "arrow"],
  ["\u001F\u008B", "gzip"],
  ["PK\u0003\u0004", "zip"],
];

/** A file that is no table: how it begins, at which byte, what it is and what to do. */
interface Stranger {
  readonly magic: string;
  readonly at?: number;
  readonly what: string;
}

/** First bytes of files that are often dropped in place of a table. */
const strangers: readonly Stranger[] = [
  { magic: "PK\u0005\u0006", what: "a .zip with nothing in it" },
  { magic: "1AY&SY", at: 4, what: "packed with bzip2: unpack it (bunzip2)" },
  { magic: "\u00FD7zXZ\u0000", what: "packed with xz: unpack it (unxz)" },
  { magic: "\u0028\u00B5\u002F\u00FD", what: "packed with Zstandard: unpack it (unzstd)" },
  { magic: "7z\u00BC\u00AF\u0027\u001C", what: "a 7z archive: unpack it" },
  { magic: "Rar!", what: "a RAR archive: unpack it" },
  { magic: "ustar", at: 257, what: "a tar archive: unpack it (tar -xf)" },
  { magic: "\u00D0\u00CF\u0011\u00E0", what: "an .xls of an old spreadsheet: save the sheet as .xlsx or CSV" },
  { magic: "FEA1", what: "a Feather file of version 1: save it as Parquet or CSV (pandas: to_parquet)" },
  { magic: "SQLite format 3\u0000", what: "an SQLite database: export the table as CSV" },
  { magic: "\u0089HDF", what: "an HDF5 file: save the table as CSV (pandas: to_csv)" },
  { magic: "\u0093NUMPY", what: "a NumPy array: save texts and labels as a table" },
  { magic: "ORC", what: "an ORC file: save it as Parquet or CSV" },
  { magic: "%PDF", what: "a PDF: save the table as CSV" },
  { magic: "Obj\u0001", what: "an Avro file: save it as Parquet or CSV" },
  { magic: "RDX", what: "an R data file: save the table as CSV (write.csv)" },
  { magic: "<stata_dta>", what: "a Stata file: save the table as CSV (export delimited)" },
  { magic: "$FL2@(#)", what: "an SPSS file: save the table as CSV" },
  { magic: "\u0004\u0022\u004D\u0018", what: "packed with LZ4: unpack it (unlz4)" },
  { magic: "X\n\u0000\u0000\u0000", what: "an R data file: save the table as CSV (write.csv)" },
  { magic: "MATLAB 5.0", what: "a MATLAB file: save the table as CSV (writetable)" },
  { magic: "\u0000\u0001\u0000\u0000Standard", what: "an Access database: export the table as CSV" },
  { magic: "GGUF", what: "a GGUF file of weights, and no table: give it as the model" },
  { magic: "\u0089PNG", what: "a picture" },
  { magic: "\u00FF\u00D8\u00FF", what: "a picture" },
  { magic: "{\\rtf", what: "a rich text of a word processor: save the table as CSV" },
];

const email = "an e-mail: put texts and labels into a table";
/** Lines that texts of another form begin with, comments aside; no sentence begins so. */
const otherTexts: readonly (readonly [begin: RegExp, what: string])[] = [
  [/^@relation\s/i, "an ARFF file of Weka: save it as CSV (Weka's Save, with CSV as the type)"],
  [
    /^(?:create (?:table|database) [^,]*[(;]?$|insert into [`"[\w.\]]+ ?(?:\(|values|select)|drop table [^,]*;$|(?:pragma|set|use) [^,]*;$|begin(?: transaction)?;$|copy .* from stdin;$)/i,
    "an SQL dump: export the table as CSV",
  ],
  [/^From \S+@\S+ +\w{3} \w{3} /, email],
  [/^<\?xml\s/i, "an XML file: save the table as CSV"],
];
/** How an e-mail's first lines begin; one such line may be a text. */
const mailLine = /^(?:From|To|Subject|Date|Return-Path|Received|Delivered-To|Message-ID|MIME-Version|Content-Type): /;

/**
 * By its first bytes, some hundred, tells a table from what is often dropped in its place. Errors: bad-table for an empty file or one of a known other
 * kind, saying which and what to do.
 */
export function kindOf(name: string, bytes: Uint8Array): FileKind {
  if (bytes.length === 0) {
    throw new AppError(
      "bad-table",
      `${name} is empty. Choose a TSV, CSV, JSON Lines or Parquet file with a row for each example.`,
    );
  }
  const start = String.fromCharCode(...bytes);
  const known = readable.find(([magic]) => start.startsWith(magic));
  if (known !== undefined) return known[1];
  if (/\.parquet$/i.test(name) && placeholderIn(start) === null) {
    throw new AppError("bad-table", `${name} does not begin as a Parquet file does. Is the download complete?`);
  }
  const what = strangerIn(start);
  if (what === null) return "text";
  throw new AppError("bad-table", `${name} is ${what}. A TSV, CSV, JSON, Parquet, Arrow or .xlsx file is wanted here.`);
}

function strangerIn(start: string): string | null {
  const found = strangers.find(({ magic, at = 0 }) => start.startsWith(magic, at) && !isWord(magic, start));
  if (found !== undefined) return found.what;
  const protocol = start.charCodeAt(1);
  if (start.startsWith("\u0080") && protocol >= 2 && protocol <= 5)
    return "a Python pickle, which is a program: save the table as CSV or Parquet (pandas: to_csv)";
  // A length in eight bytes, and the header's brace.
  if (/^[^]{4}\0{4}\{/.test(start)) return "a safetensors file of weights, and no table: give it as the model";
  return placeholderIn(start) ?? otherTextIn(start);
}

/** Whether a magic of plain letters is but the first word of a text: the files have bytes that no text has. */
function isWord(magic: string, start: string): boolean {
  return /^[A-Z\d. ]+$/.test(magic) && Array.from(start).every((letter) => letter > "\b");
}

/** What a text is that begins as no table does: lines of comments may stand before. */
function otherTextIn(start: string): string | null {
  const lines = start.replace(/^\u00EF\u00BB\u00BF/, "").split(/\r?\n/);
  const first = lines.find((line) => line.trim() !== "" && !/^\s*(?:--|%|\/\*|\*)/.test(line)) ?? "";
  const found = otherTexts.find(([begin]) => begin.test(first.trim()));
  if (found !== undefined) return found[1];
  return lines.slice(0, 3).every((line) => mailLine.test(line)) ? email : null;
}
