import { strToU8, zipSync } from "fflate";

/** A cell as it is to be written: a text, a number as its digits, a day as its serial number, a truth value. */
export type SheetCell = string | { readonly digits: string } | { readonly day: string } | boolean | null;

const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** An .xlsx of these sheets, by the least of ECMA-376 that spreadsheets open; texts are shared ones. */
export function spreadsheetFile(
  sheets: Readonly<Record<string, readonly (readonly SheetCell[])[] | string>>,
): Uint8Array<ArrayBuffer> {
  const shared: string[] = [];
  const names = Object.keys(sheets);
  const parts: Record<string, string> = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "xl/workbook.xml": `<workbook ${main} xmlns:r="${relations}"><sheets>${names
      .map((name, at) => `<sheet name="${escaped(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`)
      .join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${names
      .map(
        (_, at) =>
          `<Relationship Id="rId${at + 1}" Type="${relations}/worksheet" Target="worksheets/sheet${at + 1}.xml"/>`,
      )
      .join("")}</Relationships>`,
    "xl/styles.xml": `<styleSheet ${main}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
  };
  for (const [at, name] of names.entries()) {
    const rows = sheets[name] ?? [];
    const body = typeof rows === "string" ? rows : rows.map((row, index) => rowOf(row, index + 1, shared)).join("");
    parts[`xl/worksheets/sheet${at + 1}.xml`] = `<worksheet ${main}><sheetData>${body}</sheetData></worksheet>`;
  }
  parts["xl/sharedStrings.xml"] =
    `<sst ${main}>${shared.map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`).join("")}</sst>`;
  const bytes = Object.fromEntries(Object.entries(parts).map(([path, text]) => [path, strToU8(text)]));
  return new Uint8Array(zipSync(bytes));
}

function rowOf(cells: readonly SheetCell[], row: number, shared: string[]): string {
  const inner = cells.map((cell, column) => {
    const place = `r="${String.fromCharCode(65 + column)}${row}"`;
    if (cell === null) return "";
    if (typeof cell === "string") return `<c ${place} t="s"><v>${shared.push(cell) - 1}</v></c>`;
    if (typeof cell === "boolean") return `<c ${place} t="b"><v>${Number(cell)}</v></c>`;
    return "day" in cell ? `<c ${place} s="1"><v>${cell.day}</v></c>` : `<c ${place}><v>${cell.digits}</v></c>`;
  });
  return `<row r="${row}">${inner.join("")}</row>`;
}
