/** What pandas, R, spreadsheets and databases write for a value that is not there; "" is one as well. */
const missingWords: ReadonlySet<string> = new Set(
  [
    ["NA", "N/A", "n/a", "NaN", "nan", "NaT", "<NA>"],
    ["null", "NULL", "<null>", "(null)", "\\N", "undefined"],
    ["#N/A", "#NULL!", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!"],
  ].flat(),
);
const invisible = /[\u00AD\u200B-\u200F\u2060\uFEFF]/gu;

/** A label as it is shown: without blanks around it, doubled ones and characters that nobody sees, composed. */
export function tidyLabel(cell: string): string {
  return cell.replace(invisible, "").replace(/\s+/gu, " ").trim().normalize("NFC");
}

/** Whether a label cell, of a column where nothing else is known, says that there is no label. */
export function isMissing(cell: string): boolean {
  const label = tidyLabel(cell);
  return label === "" || missingWords.has(label);
}

/** Whether a cell holds a finite number in plain notation, with a point or a comma before its decimals. */
export function isNumber(cell: string): boolean {
  return /^[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d{1,3})?$/i.test(cell.trim());
}

/** The number that a cell of that form holds. */
export function numberIn(cell: string): number {
  return Number(cell.trim().replace(",", "."));
}
