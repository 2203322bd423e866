/** What was decided about a file on the way from its bytes to a table, so that a person can see it and overrule it. */
export interface ReadingStep {
  readonly stage: "container" | "encoding" | "comments" | "separator" | "quotes" | "header" | "columns" | "labels";
  /** A few words, as in "UTF-16" or "tab". */
  readonly found: string;
  /** A sentence where the file might have been meant otherwise; null where it says so itself. */
  readonly assumed: string | null;
}

/** How a person wants a file to be read; null leaves it to the file. */
export interface ReadingChoice {
  /** As the Encoding Standard names it. */
  readonly encoding: string | null;
  readonly separator: "\t" | "," | ";" | "|" | " " | null;
  /** true: cells in quotes may hold separators, line ends and doubled quotes; false: quotes are ordinary characters. */
  readonly quoted: boolean | null;
  /** Whether the first line names the columns. */
  readonly header: boolean | null;
  /** Whether a row may have several labels, or none of them. */
  readonly multiLabel: boolean | null;
}

/** What a person may name as encoding: labels of the Encoding Standard for what tables are still written in. */
export const encodingLabels: readonly string[] = [
  "utf-8",
  "utf-16le",
  "utf-16be",
  "windows-1252",
  "iso-8859-2",
  "iso-8859-5",
  "iso-8859-6",
  "iso-8859-7",
  "iso-8859-8",
  "windows-1250",
  "windows-1251",
  "windows-1253",
  "windows-1254",
  "windows-1255",
  "windows-1256",
  "windows-1258",
  "koi8-r",
  "big5",
  "euc-jp",
  "euc-kr",
  "gb18030",
  "shift_jis",
  "iso-2022-jp",
  "macintosh",
];

/** Endings of the files that are read as tables; each may be packed with gzip, and one may lie in a .zip. */
export const tableEndings: readonly string[] = [
  "tsv",
  "csv",
  "txt",
  "json",
  "jsonl",
  "ndjson",
  "parquet",
  "arrow",
  "feather",
  "xlsx",
];

/** Whether a path has one of them. */
export function isTableName(path: string): boolean {
  return withoutEnding(path) !== path.replace(/\.gz$/i, "");
}

/** A path without the ending that makes it a table's, packed or not. */
export function withoutEnding(path: string): string {
  return path.replace(/\.gz$/i, "").replace(new RegExp(`\\.(?:${tableEndings.join("|")})$`, "i"), "");
}

/** "UTF-8", "Windows-1252", "GB18030": as people write it. */
export function encodingName(label: string): string {
  return /^(?:windows|shift|macintosh)/.test(label)
    ? label.charAt(0).toUpperCase() + label.slice(1).replace("jis", "JIS")
    : label.toUpperCase().replace(/^(UTF-16)(..)$/, "$1 ($2)");
}

export const separatorNames = { "\t": "tab", ",": "comma", ";": "semicolon", "|": "pipe", " ": "blank" } as const;
/** What stands for quotes that hold cells together, and for those that are letters of their text. */
export const quotesNames = { quoted: "quoted", plain: "quotes are text" } as const;
export const headerNames = { named: "header", none: "no header" } as const;
export const labelCellNames = { one: "one label a row", several: "several labels a row" } as const;

/** Everything is read off the file. */
export const asTheFileSays: ReadingChoice = {
  encoding: null,
  separator: null,
  quoted: null,
  header: null,
  multiLabel: null,
};
