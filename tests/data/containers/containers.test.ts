import { gzipSync, strFromU8, strToU8, unzipSync, zipSync, type Zippable } from "fflate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";
import type { Table } from "../../../src/data/tables/table.ts";
import { parquetFile } from "../parquet-file.ts";
import { spreadsheetFile } from "./spreadsheet-file.ts";

const rows = [
  ["the film is good", "warm"],
  ["a dull story", "cold"],
] as const;
const csv = `text,label\n${rows.map((row) => row.join(",")).join("\n")}\n`;

const read = (bytes: Uint8Array, name: string): Promise<Table> => readTable(new Blob([bytes.slice()]), name);
const found = (table: Table): readonly string[] => table.reading.map((step) => step.found);
const gzip = (text: string | Uint8Array): Uint8Array => gzipSync(typeof text === "string" ? strToU8(text) : text);
const zip = (files: Readonly<Record<string, string | Uint8Array>>): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(files).map(([path, file]) => [path, typeof file === "string" ? strToU8(file) : file]),
    ) satisfies Zippable,
  );

async function refusalOf(bytes: Uint8Array, name: string): Promise<string> {
  return await read(bytes, name).then(
    () => "read",
    (error: unknown) =>
      error instanceof AppError ? `${error.code}: ${error.message}` : `not an AppError: ${String(error)}`,
  );
}

describe("packed tables", () => {
  const parquet = parquetFile([
    { name: "text", data: rows.map(([text]) => text), type: "STRING" },
    { name: "label", data: rows.map(([, label]) => label), type: "STRING" },
  ]);
  test.each([
    ["gzip", gzip(csv), "train.csv.gz", ["gzip", "UTF-8", "comma", "quoted", "header"]],
    [
      "a .zip",
      zip({ "data/train.csv": csv }),
      "train.zip",
      ["data/train.csv in a .zip", "UTF-8", "comma", "quoted", "header"],
    ],
    [
      "a .zip with what lies beside a table",
      zip({ "train.csv": csv, "README.txt": "about", "__MACOSX/._train.csv": "\0", ".DS_Store": "\0" }),
      "train.zip",
      ["train.csv in a .zip", "UTF-8", "comma", "quoted", "header"],
    ],
    [
      "gzip in a .zip",
      zip({ "t.csv.gz": gzip(csv) }),
      "t.zip",
      ["t.csv.gz in a .zip", "gzip", "UTF-8", "comma", "quoted", "header"],
    ],
    [
      "a .zip of one file of another name",
      zip({ corpus: csv }),
      "t.zip",
      ["corpus in a .zip", "UTF-8", "comma", "quoted", "header"],
    ],
    ["Parquet in gzip", gzip(parquet), "t.parquet.gz", ["gzip", "Parquet"]],
    ["a name that says nothing of it", gzip(csv), "train.csv", ["gzip", "UTF-8", "comma", "quoted", "header"]],
  ])("%s", async (_name, bytes, name, steps) => {
    const table = await read(bytes, name);
    expect([table.name, table.header, table.rows]).toEqual([name, ["text", "label"], rows]);
    expect(found(table)).toEqual(steps);
  });

  test.each([
    [
      "several tables",
      zip({ "a.csv": csv, "b.tsv": csv }),
      "t.zip",
      /bad-table: t\.zip.* 2 tables in it: a\.csv, b\.tsv/,
    ],
    ["no table", zip({ "a.png": "x", "b.png": "y" }), "t.zip", /bad-table: .*without a table in it \(found: a\.png, b/],
    ["nothing", zip({}), "t.zip", /bad-table: t\.zip is a \.zip with nothing in it/],
    ["gzip cut off", gzip(csv).slice(0, 40), "t.csv.gz", /bad-archive: t\.csv\.gz does not unpack/],
    ["a tar in gzip", gzip(`${"a".repeat(257)}ustar\0`), "t.tar.gz", /bad-table: t\.tar is a tar archive/],
    ["another kind of spreadsheet", zip({ "content.xml": "", mimetype: "" }), "t.ods", /an \.ods of a spreadsheet/],
    ["weights", zip({ "archive/data.pkl": "" }), "t.bin", /a PyTorch file of weights/],
    ["five times gzip", gzip(gzip(gzip(gzip(gzip(csv))))), "t.gz", /bad-archive: t\.gz is packed more than 3 times/],
  ])("%s", async (_name, bytes, name, message) => {
    expect(await refusalOf(bytes, name)).toMatch(message);
  });

  test("more than 512 MB, unpacked, are refused on the way", async () => {
    const zeros = new Uint8Array(32_000_000);
    const members = Array.from({ length: 17 }, () => zeros);
    const packed = new Blob(members.map((member) => member)).stream().pipeThrough(new CompressionStream("gzip"));
    const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
    expect(bytes.length).toBeLessThan(1_000_000);
    expect(await refusalOf(bytes, "t.csv.gz")).toMatch(/^too-large: t\.csv\.gz unpacks to more than 512000000 bytes/);
  });
});

describe("spreadsheets", () => {
  test("texts, numbers in few digits, truth values and days", async () => {
    const table = await read(
      spreadsheetFile({
        Sheet1: [
          ["text", "score", "day", "sure"],
          ["so <good> & “new”\nindeed ", { digits: "4.2000000000000002" }, { day: "45443" }, true],
          ["a bore", { digits: "0" }, { day: "45443.75" }, false],
          [null, { digits: "12345678901234567890" }, null, null],
        ],
      }),
      "train.xlsx",
    );
    expect([table.header, table.rows]).toEqual([
      ["text", "score", "day", "sure"],
      [
        ["so <good> & “new”\nindeed ", "4.2", "2024-05-31", "true"],
        ["a bore", "0", "2024-05-31 18:00:00", "false"],
        ["", "12345678901234567890", "", ""],
      ],
    ]);
    expect([found(table), table.lineNumbers]).toEqual([
      ["sheet Sheet1", "header"],
      [2, 3, 4],
    ]);
  });

  test("the first sheet with rows is taken, and the others are told", async () => {
    const about = [["about"], ["this file"]];
    const data = [["text", "label"], ...rows];
    const table = await read(spreadsheetFile({ Empty: [], Data: data, Notes: about }), "t.xlsx");
    expect(table.rows).toEqual(rows);
    expect(table.reading[0]).toEqual({
      stage: "container",
      found: "sheet Data",
      assumed: "The first sheet with rows is read, Data; left out: Notes.",
    });
  });

  test("empty rows between others are counted, empty columns at the end are none", async () => {
    const table = await read(
      spreadsheetFile({ Data: [["text", "label", " "], [...rows[0], " "], [], [...rows[1], " "]] }),
      "t.xlsx",
    );
    expect([table.rows, table.skipped]).toEqual([rows, [{ line: 3, reason: "empty line" }]]);
  });

  const far = (place: string, row: string): string => `<row r="${row}"><c r="${place}"><v>1</v></c></row>`;
  test("a chart's sheet has no rows", async () => {
    const parts = unzipSync(spreadsheetFile({ Chart: [], Data: [["text", "label"], ...rows] }));
    const relations = "xl/_rels/workbook.xml.rels";
    const named = strFromU8(parts[relations] ?? new Uint8Array());
    parts[relations] = strToU8(
      named.replace('worksheet" Target="worksheets/sheet1', 'chartsheet" Target="chartsheets/sheet1'),
    );
    const table = await read(zipSync(parts), "t.xlsx");
    expect([table.rows, found(table)[0]]).toEqual([rows, "sheet Data"]);
  });

  test.each([
    ["one without a row", spreadsheetFile({ Data: [] }), /bad-table: t\.xlsx is an \.xlsx without a row/],
    ["a cell far to the right", spreadsheetFile({ Data: far("XFD1", "1") }), /too-large: .*16384 columns; at most 500/],
    ["a cell far down and right", spreadsheetFile({ Data: far("ZZ1000000", "1000000") }), /too-large/],
    [
      "a row outside any sheet",
      spreadsheetFile({ Data: far("A9999999", "9999999") }),
      /bad-table: .*outside its sheet/,
    ],
    ["an address written in another way", spreadsheetFile({ Data: far("&#65;1", "1") }), /bad-table: .*outside/],
    ["a tag that hides its address", spreadsheetFile({ Data: '<row x=">" r="900000000"></row>' }), /bad-table/],
    ["one without its parts", zip({ "xl/workbook.xml": "<workbook/>" }), /bad-table: .*\.xlsx that cannot be read/],
  ])("%s", async (_name, bytes, message) => {
    expect(await refusalOf(bytes, "t.xlsx")).toMatch(message);
  });
});

test("damaged anywhere, containers end in a table or an AppError", async () => {
  const good = [
    gzip(csv),
    zip({ "train.csv": csv.repeat(20) }),
    spreadsheetFile({ Data: [["text", "label"], ...rows], Notes: [["x"]] }),
  ];
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...good),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
      async (whole, flips) => {
        const bytes = whole.slice();
        for (const [at, flip] of flips) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip;
        await read(bytes, "t").catch((error: unknown) => {
          if (!(error instanceof AppError)) throw error;
          refused += 1;
        });
      },
    ),
    { numRuns: 600, seed: 5 },
  );
  expect(refused).toBeGreaterThan(100);
});

test("a sheet's XML, damaged before it is packed, ends in a table or an AppError", async () => {
  const row = (inner: string): string => `<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c>${inner}</row>`;
  const pieces = [
    "<c",
    "</c>",
    "<v>",
    "</v>",
    "1",
    'r="B1"',
    'r="AAA77"',
    't="s"',
    ">",
    "<",
    "&",
    "<row",
    's="9"',
    "]]>",
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), async (parts) => {
      await read(spreadsheetFile({ Data: row(parts.join(" ")) }), "t.xlsx").catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error;
      });
    }),
    { numRuns: 400, seed: 6 },
  );
});
