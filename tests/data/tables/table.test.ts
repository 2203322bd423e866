import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";
import type { Table } from "../../../src/data/tables/table.ts";

const read = (content: BlobPart | BlobPart[], name = "t.tsv"): Promise<Table> =>
  readTable(new Blob(Array.isArray(content) ? content : [content]), name);

async function refusalOf(reading: Promise<Table>): Promise<AppError> {
  const thrown: unknown = await reading.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof AppError)) throw new Error(`not refused with an AppError: ${String(thrown)}`);
  return thrown;
}

describe("TSV by GLUE's rules", () => {
  test("quotes and commas are ordinary, the byte-order mark and CR go, odd separators stay in the sentence", async () => {
    const table = await read('\uFEFFsentence\tlabel\r\n"He said, "hi"\t1\r\nodd\u2028\u0085\u000Bone\t0\nlast "\t1');
    expect(table.header).toEqual(["sentence", "label"]);
    expect(table.rows).toEqual([
      ['"He said, "hi"', "1"],
      ["odd\u2028\u0085\u000Bone", "0"],
      ['last "', "1"],
    ]);
    expect(table.lineNumbers).toEqual([2, 3, 4]);
    expect(table.skippedCount).toBe(0);
    expect(table.dialect).toMatchObject({ separator: "\t", quoted: false });
  });

  test("ragged rows, empty lines, NUL bytes, broken encoding and overlong cells are skipped with their lines", async () => {
    const table = await read([
      "sentence\tlabel\n",
      "good\t1\n", // 2
      "three\tcells\t1\n", // 3
      "\n", // 4
      "nul\0\t1\n", // 5
      new Uint8Array([0x61, 0xff, 0x09, 0x31, 0x0a]), // 6
      `${"x".repeat(100_001)}\t1\n`, // 7
      `${"x".repeat(100_000)}\t1\n`, // 8
      "𐀀 and \uFFFD as they are\t0\n", // 9
      "\n\n",
    ]);
    expect(table.lineNumbers).toEqual([2, 8, 9]);
    expect(table.rows[2]?.[0]).toBe("𐀀 and \uFFFD as they are");
    expect(table.skipped.map((skipped) => `${skipped.line}: ${skipped.reason}`)).toEqual([
      "3: 3 cells where the table has 2",
      "4: empty line",
      "5: NUL bytes",
      "6: broken encoding: not valid UTF-8",
      "7: a cell of 100001 characters; at most 100000 are read",
    ]);
    expect(table.skippedCount).toBe(5);
  });

  test("lines and characters that lie across the one-megabyte chunks are whole", async () => {
    const lines = Array.from({ length: 60_000 }, (_, index) => `é€𐀀 ${index} sentence\t${index % 2}`);
    const table = await read(`sentence\tlabel\n${lines.join("\n")}\n`);
    expect(table.skippedCount).toBe(0);
    expect(table.rows.map((row) => row.join("\t"))).toEqual(lines);
    expect(table.lineNumbers.at(-1)).toBe(60_001);
  });

  test("a line of nine megabytes is skipped and the next one is read", async () => {
    const table = await read(["sentence\tlabel\na\t1\n", "x".repeat(9_000_000), "\t1\nb\t0\n"]);
    expect(table.rows).toEqual([
      ["a", "1"],
      ["b", "0"],
    ]);
    expect(table.lineNumbers).toEqual([2, 4]);
    expect(table.skipped).toEqual([{ line: 3, reason: "a line of more than 4,000,000 bytes" }]);
  });

  test("without a header the usual number of cells counts, and 1,000 skipped lines are listed of all", async () => {
    const table = await read("only one\n".repeat(400) + "two words here\tcells\n".repeat(700) + "one\n".repeat(1200));
    expect(table.header).toBeNull();
    expect(table.columnCount).toBe(2);
    expect(table.rows.length).toBe(700);
    expect([table.skippedCount, table.skipped.length, table.skipped[0]?.line]).toEqual([1600, 1000, 1]);
  });

  test("a million rows", async () => {
    const started = performance.now();
    const table = await read(["sentence\tlabel\n", "a sentence of some words\t1\n".repeat(1_000_000)]);
    expect(table.rows.length).toBe(1_000_000);
    expect(performance.now() - started).toBeLessThan(60_000);
  });
});

describe("CSV by RFC 4180", () => {
  test("quoted commas, quotes and line ends, with line numbers", async () => {
    const table = await read('text,label\r\n"a, ""b""\r\nc",1\r\nplain,0\r\n', "t.csv");
    expect(table.dialect).toMatchObject({ separator: ",", quoted: true, escape: '"' });
    expect(table.rows).toEqual([
      ['a, "b"\nc', "1"],
      ["plain", "0"],
    ]);
    expect(table.lineNumbers).toEqual([2, 4]);
  });

  test("mixed line ends do not merge rows", async () => {
    const table = await read("text,label\na,1\r\nb,0\nc,1\r\n", "t.csv");
    expect(table.rows.length).toBe(3);
  });

  test("a semicolon parts cells where there is no comma, and a tab is found in a .csv", async () => {
    expect((await read("text;label\na;1\n", "t.csv")).rows).toEqual([["a", "1"]]);
    expect((await read("text\tlabel\na, b\t1\n", "t.csv")).rows).toEqual([["a, b", "1"]]);
    expect((await read("text,label\na,1\n", "t.txt")).dialect?.separator).toBe(",");
  });

  test("misplaced and unclosed quotes are skipped with their lines, the rest is read", async () => {
    const table = await read('text,label\n"a "b" c",1\nfine,0\n"open,1\nlast,0\n', "t.csv");
    expect(table.rows).toEqual([
      ["fine", "0"],
      ["last", "0"],
    ]);
    expect(table.skipped).toEqual([
      { line: 2, reason: "misplaced quotes; CSV doubles quotes inside quoted cells" },
      { line: 4, reason: "a quote is opened and never closed" },
    ]);
  });

  test("quoted rows across chunks, and a quote left open over megabytes", async () => {
    const rows = Array.from({ length: 30_000 }, (_, index) => `"row ${index},\n""é""",${index % 2}`);
    const table = await read(`text,label\n${rows.join("\n")}\n`, "t.csv");
    expect(table.rows.length).toBe(30_000);
    expect(table.rows[29_999]).toEqual(['row 29999,\n"é"', "1"]);
    expect(table.lineNumbers[29_999]).toBe(2 + 2 * 29_999);
    const open = await read(`text,label\n"open,1\n${"plain words,0\n".repeat(400_000)}`, "t.csv");
    expect(open.rows.length).toBe(400_000);
    expect(open.skipped[0]?.line).toBe(2);
  });
});

describe("readTable refuses", () => {
  class Directory extends Blob {
    override get size(): number {
      return 4096;
    }
    override slice(): Blob {
      throw new Error("NotReadableError");
    }
  }
  class Huge extends Blob {
    override get size(): number {
      return 600_000_000;
    }
  }
  const cases: readonly (readonly [string, Promise<Table> | (() => Promise<Table>), string, RegExp])[] = [
    ["an empty file", () => read(""), "bad-table", /t\.tsv is empty/],
    ["empty lines only", () => read("\n\n"), "bad-table", /no row that can be read/],
    ["NUL bytes only", () => read(new Uint8Array(5000)), "bad-table", /line 1 has NUL bytes/],
    [
      "bytes of another kind",
      () => read("a\tb\n\0\n\0\0\n\0\n"),
      "bad-table",
      /3 cannot be read \(line 2: NUL bytes\)/,
    ],
    ["a header only", () => read("sentence\tlabel\n"), "bad-table", /a header but no row of 2 cells/],
    ["a zip", () => read("PK\u0003\u0004rest"), "bad-archive", /as a \.zip/],
    ["JSON lines", () => read('{"text": 1}'), "bad-table", /JSON/],
    ["a directory", () => readTable(new Directory(), "glue"), "bad-table", /Is it a folder/],
    ["600 MB", () => readTable(new Huge(["a\tb"]), "t.tsv"), "too-large", /600000000 bytes/],
    ["quotes left open again and again", () => read('"x\n'.repeat(301), "t.csv"), "bad-table", /never closed/],
  ];
  test.each(cases)("%s", async (_name, reading, code, message) => {
    const refusal = await refusalOf(typeof reading === "function" ? reading() : reading);
    expect(refusal.message).toMatch(message);
    expect(refusal.code).toBe(code);
  });
});

describe("header or not", () => {
  const headerOf = async (text: string): Promise<readonly string[] | null> => (await read(text)).header;
  test("known names, names over numbers, names over classes", async () => {
    expect(await headerOf("Review\tx\nfine\t1\n")).toEqual(["Review", "x"]);
    expect(await headerOf("words\tgrade\nfine film\t1\nbad film\t2\n")).toEqual(["words", "grade"]);
    expect(await headerOf(`words\tmood\n${"so so\tgood\nah\tbad\n".repeat(4)}`)).toEqual(["words", "mood"]);
  });
  test("plain rows", async () => {
    expect(await headerOf("a fine film\t1\nbad film\t0\n")).toBeNull();
    expect(await headerOf("fine\tgood\nbad\tbad\nso so\tgood\n")).toBeNull();
    expect(await headerOf("1\tone\n2\ttwo\n")).toBeNull();
  });
});

describe("any bytes", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc
      .array(fc.constantFrom('"', "\t", ",", "\n", "\r", "a", "1", ";", "\0", "é", "label"), { maxLength: 60 })
      .map((parts) => new TextEncoder().encode(parts.join(""))),
  );
  test("give a table with even rows, or an AppError; no line is lost", async () => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom("t.tsv", "t.csv"), async (content, name) => {
        let table: Table;
        try {
          table = await read(content.slice(), name);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          return;
        }
        expect(table.rows.every((row) => row.length === table.columnCount)).toBe(true);
        expect(table.lineNumbers.length).toBe(table.rows.length);
        if (table.dialect?.quoted !== false || table.reading[0]?.found !== "UTF-8") return;
        const text = new TextDecoder().decode(content);
        const ends = text.includes("\n") ? "\n" : "\r";
        const lines = text.split(ends).map((line) => line.replace(/\r$/, ""));
        const lineCount = lines.findLastIndex((line) => line !== "") + 1;
        const counted = table.rows.length + table.skippedCount + (table.header === null ? 0 : 1);
        expect(counted).toBe(lineCount);
      }),
      { numRuns: 500, examples: [[Uint8Array.of(10, 13, 13), "t.tsv"]] },
    );
  });

  test("rows written as TSV or CSV are read back", async () => {
    const cell = fc.stringMatching(/^[ -~\u00E9\u20AC]{1,12}$/);
    const rows = fc
      .integer({ min: 2, max: 4 })
      .chain((columns) =>
        fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 8 }),
      );
    await fc.assert(
      fc.asyncProperty(rows, async (cells) => {
        const width = cells[0]?.length ?? 0;
        const names = ["sentence", "label", "index", "genre"].slice(0, width);
        const quoted = (row: string[]): string => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(",");
        const tsv = await read([names, ...cells].map((row) => row.join("\t")).join("\n"));
        const csv = await read([names, ...cells].map(quoted).join("\r\n"), "t.csv");
        expect(tsv.rows).toEqual(cells);
        expect(csv.rows).toEqual(cells);
      }),
    );
  });
});
