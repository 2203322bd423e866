import { strToU8, zipSync } from "fflate";
import { parquetWriteBuffer } from "hyparquet-writer";
import { asTheFileSays, encodingLabels } from "../../../src/contract/reading.ts";
import { buildDataset } from "../../../src/data/dataset/dataset.ts";
import { recogniseTask, tableRecord } from "../../../src/data/dataset/recognise.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";
import { spreadsheetFile } from "../../data/containers/spreadsheet-file.ts";
import type { Chance } from "../chance.ts";
import type { FuzzedParser } from "../fuzzing.ts";
import { fileOf } from "../memory-blob.ts";
import { mutatedBytes, mutatedJson, type Bytes } from "../mutations.ts";
import { seedFiles } from "./seed-files.ts";

const texts = ["The soup was warm", 'He said "no", twice', "so; it|goes", "Straße 5 €", "汤很热也很好喝", "it's\there"];
const rows = texts.map((text, at) => [text, ["good", "bad", "1.0", "1", "NA", "-1"][at] ?? ""] as const);
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const table = (separator: string, cell: (text: string) => string, head: string): string =>
  [head, ...rows.map((row) => row.map(cell).join(separator))].join("\n");
const plain = (text: string): string => text.replaceAll(/[\t,;|]/g, " ");

const written: readonly string[] = [
  table(",", quoted, "text,label"),
  table("\t", plain, "sentence\tlabel"),
  table(";", quoted, "sep=;\ntext;label"),
  table("|", plain, "# of last year\ntext|label"),
  table(" ", quoted, '"text" "label"'),
  table(",", (text) => `'${text.replaceAll("'", "''")}'`, "Title above,\ntext,label"),
  table("\t", plain, "index\tsentence1\tsentence2\tlabel").replaceAll("\n", "\r\n0\ta b\t"),
  rows.map(([text, label]) => `__label__${label} ${text}`).join("\n"),
  table(",", quoted, "text,label").replaceAll("\n", "\r"),
];
const words: readonly string[] = [
  '"',
  '""',
  '\\"',
  "'",
  "''",
  ",",
  ";",
  "\t",
  "|",
  "\n",
  "\r\n",
  "\r",
  "\\",
  "#",
  "sep=,\n",
  "\uFEFF",
  "\0",
  "text",
  "label",
  "score",
  "NA",
  "-1",
  "0",
  "1",
  "2.5",
  "4,5",
  "None",
  "true",
  "\\N",
  "__label__x ",
  "entailment",
];
const jsonWords: readonly string[] = [
  '"',
  "'",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\\",
  "\n",
  "//",
  "/*",
  "*/",
  "NaN",
  "None",
  "True",
  "null",
  "-Infinity",
  '"text"',
  '"label"',
  '{"a":',
  '"data":',
  '"\\ud800"',
  "1e999",
  "\u2028",
  '{"text":"a","label":1}\n',
];

const encode = (text: string): Bytes => new Uint8Array(strToU8(text));
const objects = rows.map(([text, label], at) => ({ id: at, text, label }));
const nestedObjects = rows.map(([text, label]) => ({
  data: { text },
  annotations: [{ result: [{ choices: [label] }] }],
}));
const columns = Object.fromEntries(["text", "label"].map((key, at) => [key, rows.map((row) => row[at])]));
const jsonValues: readonly unknown[] = [
  objects,
  nestedObjects,
  columns,
  { data: objects, version: 1 },
  rows,
  { columns: ["text", "label"], data: rows },
  { train: objects, test: objects },
];

/** Reads a table and all that follows of it: what it is taken for, its labels, its examples. */
export async function readWhole(input: Bytes, name: string, choice = asTheFileSays): Promise<void> {
  const read = await readTable(fileOf(input), name, choice);
  tableRecord(read);
  const found = recogniseTask(read);
  const counts = new Set(read.rows.map((row) => row.length));
  if (counts.size > 1 || (counts.size === 1 && !counts.has(read.columnCount))) throw new TypeError("uneven rows");
  if (found === null) return;
  const { task, mapping } = found;
  const mappings = { trainMapping: mapping, devMapping: mapping };
  await buildDataset({ task, train: read, dev: read, ...mappings, devShare: 0.1, splitSeed: 0, sample: null });
}

function fuzzedTable(name: string, make: (chance: Chance) => Bytes, fileNames: readonly string[]): FuzzedParser {
  return { name, make, parse: (input, chance) => readWhole(input, chance.pick(fileNames)) };
}

const textSeeds = written.map(encode);
const jsonSeeds = jsonValues.map((value) => encode(JSON.stringify(value, null, 1)));
const lineSeeds = [objects, nestedObjects].map((list) => encode(list.map((one) => JSON.stringify(one)).join("\n")));

/** Seeds in other encodings: letters of one or two bytes, and UTF-16. */
const encodedSeeds: readonly Bytes[] = written
  .slice(0, 3)
  .flatMap((text) => [
    Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 255),
    Uint8Array.from(
      Array.from(text).flatMap((letter) => (letter.charCodeAt(0) < 128 ? letter.charCodeAt(0) : [0x82, 0xb1])),
    ),
    Uint8Array.from(Array.from(text).flatMap((letter) => [letter.charCodeAt(0) & 255, letter.charCodeAt(0) >> 8])),
    Uint8Array.from([
      0xfe,
      0xff,
      ...Array.from(text).flatMap((letter) => [letter.charCodeAt(0) >> 8, letter.charCodeAt(0) & 255]),
    ]),
  ]);

const sheet = spreadsheetFile({
  Data: [["text", "label"], ...rows.map(([text]) => [text, { digits: "1.5" }] as const), ["day", { day: "45000" }]],
  Notes: [["a", true, null]],
});

function mutatedSheet(chance: Chance): Bytes {
  if (chance.hit(0.2)) return mutatedBytes(chance, [sheet]);
  const parts = Object.fromEntries(
    sheetParts.map(([path, text]) => [
      path,
      chance.hit(0.3)
        ? mutatedBytes(chance, [encode(text)], ["<c", "<v>", "</row>", 'r="A1"', 'r="ZZ9"', 't="s"', ">", '"'])
        : encode(text),
    ]),
  );
  return new Uint8Array(zipSync(parts, { level: 0 }));
}

const sheetParts: readonly (readonly [path: string, text: string])[] = [
  ["xl/workbook.xml", '<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>'],
  [
    "xl/_rels/workbook.xml.rels",
    '<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
  ],
  [
    "xl/styles.xml",
    '<styleSheet><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
  ],
  [
    "xl/sharedStrings.xml",
    "<sst><si><t>text</t></si><si><t>label</t></si><si><r><t>so it</t></r><r><t> goes</t></r></si></sst>",
  ],
  [
    "xl/worksheets/sheet1.xml",
    '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" s="1"><v>45000.5</v></c></row><row r="3"><c r="A3" t="inlineStr"><is><t>x</t></is></c><c r="B3" t="b"><v>1</v></c></row></sheetData></worksheet>',
  ],
];

/** Two columns: most of the files beside them is a footer of many. */
const smallParquet = (["SNAPPY", "UNCOMPRESSED"] as const).flatMap((codec) =>
  (["PLAIN", "RLE_DICTIONARY", "DELTA_BYTE_ARRAY"] as const).map((encoding) => {
    const columnData = [
      { name: "text", data: [...rows, ...rows].map(([text]) => text), type: "STRING" as const, encoding },
      { name: "label", data: [...rows, ...rows].map((_, at) => at % 2), type: "INT32" as const },
    ];
    return new Uint8Array(parquetWriteBuffer({ columnData, codec, statistics: false }));
  }),
);

export const tableParsers: readonly FuzzedParser[] = [
  fuzzedTable("text tables", (chance) => mutatedBytes(chance, textSeeds, words), ["t.csv", "t.tsv", "t.txt"]),
  fuzzedTable(
    "JSON",
    (chance) =>
      chance.hit(0.4)
        ? encode(JSON.stringify(mutatedJson(chance, chance.pick(jsonValues))) ?? "")
        : mutatedBytes(chance, jsonSeeds, jsonWords),
    ["t.json"],
  ),
  fuzzedTable("JSON Lines", (chance) => mutatedBytes(chance, lineSeeds, jsonWords), ["t.jsonl", "t.json"]),
  {
    name: "encodings",
    make: (chance) => mutatedBytes(chance, encodedSeeds, words),
    parse: (input, chance) =>
      readWhole(input, "t.csv", { ...asTheFileSays, encoding: chance.hit(0.3) ? chance.pick(encodingLabels) : null }),
  },
  fuzzedTable("spreadsheets", mutatedSheet, ["t.xlsx"]),
  fuzzedTable("Arrow", (chance) => mutatedBytes(chance, seedFiles(/\.(?:feather|arrow)$/)), ["t.arrow", "t.feather"]),
  fuzzedTable("Parquet", (chance) => mutatedBytes(chance, chance.hit(0.2) ? seedFiles(/\.parquet$/) : smallParquet), [
    "t.parquet",
  ]),
];
