import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "../../../../src/core/errors.ts";
import { recogniseTask } from "../../../../src/data/dataset/recognise.ts";
import { holdsJsonLists } from "../../../../src/data/tables/json/json-lists.ts";
import { readTable } from "../../../../src/data/tables/read-table.ts";
import type { Table } from "../../../../src/data/tables/table.ts";

const read = (content: BlobPart | BlobPart[], name = "t.jsonl"): Promise<Table> =>
  readTable(new Blob(Array.isArray(content) ? content : [content]), name);
const lines = (...objects: readonly unknown[]): string => objects.map((object) => JSON.stringify(object)).join("\n");

async function refusalOf(reading: Promise<Table>): Promise<AppError> {
  const thrown: unknown = await reading.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof AppError) return thrown;
  throw new Error(`not refused with an AppError: ${String(thrown)}`);
}

describe("JSON Lines", () => {
  test("SNLI's own: lists are left out, what is plain makes the columns, whatever the order of the keys", async () => {
    const table = await read(
      `\uFEFF${lines(
        { annotator_labels: ["neutral"], gold_label: "-", pairID: "1", sentence1: "A\tb\n", sentence2: "c, d" },
        { sentence2: "f", sentence1: "é", pairID: 2, gold_label: "neutral", annotator_labels: [] },
      )}`,
    );
    expect(table.reading.map(({ found }) => found)).toEqual(["UTF-8", "JSON Lines", "nested keys left out"]);
    expect(table.header).toEqual(["gold_label", "pairID", "sentence1", "sentence2"]);
    expect(table.rows).toEqual([
      ["-", "1", "A\tb\n", "c, d"],
      ["neutral", "2", "é", "f"],
    ]);
    expect(table.lineNumbers).toEqual([1, 2]);
    expect(table.classNames).toEqual([null, null, null, null]);
    expect(recogniseTask(table)).toMatchObject({ task: { id: "pair" }, mapping: { first: 2, second: 3, label: 0 } });
  });

  test("numbers and truth values are cells, null and what is missing are empty ones", async () => {
    const table = await read(lines({ text: "a", label: 1, x: null }, { text: null, label: true }, { label: -2.5, x: "" }));
    expect(table.header).toEqual(["text", "label", "x"]);
    expect(table.rows).toEqual([["a", "1", ""], ["", "true", ""], ["", "-2.5", ""]]);
    const [empty] = (await read(lines({ text: "a", label: 1 }, {}, { text: null }, { text: "b" }))).skipped;
    expect(empty).toEqual({ line: 2, reason: "no value under any key of the columns" });
  }); // prettier-ignore

  test("lines that are no object, or nest where a column is, are skipped with their numbers, in their order", async () => {
    const table = await read([
      `${lines({ text: "good", label: "1" })}\n`, // 1
      '{"text": "cut off", "la\n', // 2
      "\n", // 3
      '["text", "label"]\n', // 4
      'null\n{"text": NaN, "label": 1}\n', // 5, 6
      new Uint8Array([0x7b, 0x22, 0x74, 0x65, 0x78, 0x74, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d, 0x0a]), // 7
      `${lines({ text: "x".repeat(100_001) })}\n`, // 8
      `${lines({ text: "nul \0", label: "1" })}\n`, // 9
      `{"text": "${"x".repeat(5_000_000)}"}\n`, // 10
      `${lines(...Array.from({ length: 100 }, () => ({ text: "fine é", label: "0" })))}\n`, // 11 to 110
      `${lines({ text: "a", label: [{ of: "1" }], late: 1 }, { text: "last", label: "0", late: {} })}\r\n`, // 111, 112
    ]);
    expect(table.header).toEqual(["text", "label", "late"]);
    expect([table.rows.length, table.lineNumbers[0], table.lineNumbers[1], table.lineNumbers.at(-1)]).toEqual([
      103, 1, 6, 112,
    ]);
    const notObject = "no JSON object: a line must hold one, and all of it";
    expect(table.skipped.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
      `2 ${notObject}`,
      "3 empty line",
      `4 ${notObject}`,
      `5 ${notObject}`,
      "7 broken encoding: not valid UTF-8",
      "8 a cell of 100001 characters; at most 100000 are read",
      "9 NUL bytes",
      "10 a line of more than 4,000,000 bytes",
      '111 a list or an object under "label"',
    ]);
  });

  test("a key of the first objects that nests in one of them is left out; names of objects' own parts are keys", async () => {
    const table = await read('{"a": "x", "b": "1", "__proto__": "p"}\n{"a": {}, "b": "2", "toString": "t"}\n{"a": "y", "b": "3"}');
    expect(table.header).toEqual(["b", "__proto__", "toString"]);
    expect(table.rows).toEqual([["1", "p", ""], ["2", "", "t"], ["3", "", ""]]);
  }); // prettier-ignore

  test("objects across the one-megabyte chunks, under any name", async () => {
    const objects = Array.from({ length: 40_000 }, (_, index) => ({ sentence: `é€𐀀 ${index} ${"w".repeat(60)}`, label: index % 2 }));
    const table = await read(`${lines(...objects)}\n`, "t.json");
    expect(table.rows).toEqual(objects.map(({ sentence, label }) => [sentence, String(label)]));
    expect([table.lineNumbers.at(-1), table.skippedCount]).toEqual([40_000, 0]);
  }); // prettier-ignore

  test.each([
    ["an object over lines", '{\n "data": [1, 2]\n}', "t.json", /JSON, but not a table: wanted is a list of objects/],
    ["a list of many things", '[{"text": "a"}, ["b"]]', "t.json", /JSON, but not a table/],
    ["a list that breaks off", '[{"text": "a"},\n{"text": "b"', "t.json", /JSON, but not a table/],
    ["lists only", lines({ a: [1, 2] }, { b: {} }), "t.jsonl", /no key with a text or a number/],
    [
      "more lines that are none than objects",
      '{"a": 1}\nx\ny\n',
      "t.jsonl",
      /2 cannot be read \(line 2: no JSON object/,
    ],
  ])("refuses %s", async (_, content, name, message) => {
    const refusal = await refusalOf(read(content, name));
    expect(refusal.message).toMatch(message);
    expect(refusal.code).toBe("bad-table");
  });

  test("a single object is a table where the name says so", async () => {
    expect((await read(lines({ text: "a", label: 1 }))).rows).toEqual([["a", "1"]]);
  });

  test("more keys than a table has columns are too many, one by one and together", async () => {
    const wide = (count: number, from = 0): object =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${from + index}`, index]));
    expect((await read(lines(wide(500), wide(500)))).columnCount).toBe(500);
    const refusal = await refusalOf(read(lines(wide(300), wide(201, 300))));
    expect(refusal).toMatchObject({ code: "too-large", message: expect.stringContaining("501 different keys") });
    expect((await read(lines({ ["k".repeat(101)]: 1, a: 1 }, { a: 2 }))).header).toEqual(["a"]);
  });

  test("a first line with a brace does not make JSON of a TSV", async () => {
    const table = await read('a {"x": 1}\t1\n{"x": 1}\t0\n[{} brackets\t1\n', "t.tsv");
    expect([table.dialect?.separator, table.rows.length]).toEqual(["\t", 3]);
    expect((await read("[ 1 ] note\t1\n{ 2 } note\t0\n", "t.tsv")).dialect?.separator).toBe("\t");
  });
});

describe("one JSON value", () => {
  const rows = [
    ["a film", "1"],
    ["a bore", "0"],
  ];
  test.each([
    ["a list of objects", '[{"text": "a film", "label": 1}, {"text": "a bore", "label": 0}]'],
    ["a list over lines", '[\n  {\n "text": "a film", "label": 1\n },\n {"text": "a bore", "label": 0},\n]'],
    [
      "an export that keeps it under data",
      '{"version": 1, "data": [{"text": "a film", "label": 1}, {"text": "a bore", "label": 0}]}',
    ],
    [
      "the Hub's viewer",
      '{"rows": [{"row_idx": 0, "row": {"text": "a film", "label": 1}}, {"row": {"text": "a bore", "label": 0}}]}',
    ],
    ["pandas' columns", '{"text": {"0": "a film", "1": "a bore"}, "label": {"0": 1, "1": 0}}'],
    ["pandas' columns of named rows", '{"text": {"a": "a film", "b": "a bore"}, "label": {"a": 1, "b": 0}}'],
    ["lists by column", '{"text": ["a film", "a bore"], "label": [1, 0]}'],
    ["pandas' split", '{"columns": ["text", "label"], "index": [0, 1], "data": [["a film", 1], ["a bore", 0]]}'],
    ["objects one after another", '{\n "text": "a film",\n "label": 1\n}\n{\n "text": "a bore", "label": 0\n}\n'],
    ["pandas' index", '{"0": {"text": "a film", "label": 1}, "1": {"text": "a bore", "label": 0}}'],
    ["lists, one a line", '["text", "label"]\n["a film", 1]\n["a bore", "0"]\n'],
    ["comments", '// of "ours"\n[{"text": "a film", /* good */ "label": 1}, {"text": "a bore", "label": 0},] // end'],
    ["what Python prints", "[{'text': 'a film', 'label': 1}, {'text': 'a bore', 'label': 0}]"],
    ["lists by row, named by the first", '[["text", "label"], ["a film", 1], ["a bore", 0]]'],
  ])("%s", async (_name, content) => {
    const table = await read(content, "t.json");
    expect([table.header, table.rows]).toEqual([["text", "label"], rows]);
  });

  test("lines are lists only if the first two hold several values each", () => {
    const [one, two] = ['["a"]', '["a", "b"]'];
    expect(
      [
        [two, two],
        [one, two],
        [two, one],
        [two, "a"],
      ].map(holdsJsonLists),
    ).toEqual([true, false, false, false]);
  });

  test("what Python writes for no number is none; an object a line with commas between them", async () => {
    expect((await read('{"text": "NaN, is it,]", "label": NaN}\n{"text": "b", "label": 1}\n', "t.jsonl")).rows).toEqual(
      [
        ["NaN, is it,]", ""],
        ["b", "1"],
      ],
    );
    expect((await read('{"text": "a", "label": 1},\n{"text": "b", "label": 0},\n', "t.json")).rows.length).toBe(2);
  });

  test("strings of Python's are read as such; a list that breaks off is refused as JSON, whatever it holds", async () => {
    const table = await read(`{'text': 'it\\'s "so", \\xe9', 'label': True}\n{'text': "it's", 'label': None}\n`);
    expect(table.rows).toEqual([
      ['it\'s "so", é', "true"],
      ["it's", ""],
    ]);
    await expect(read('[\n{"text": "a, b"},\n{"te', "t.json")).rejects.toThrow(/JSON, but not a table/);
  });

  test("objects inside a row are opened, as Label Studio nests a text and its one choice", async () => {
    const task = (text: string, choice: string): object => ({
      id: 1,
      data: { text },
      annotations: [{ result: [{ value: { choices: [choice] }, type: "choices" }] }],
      predictions: [],
    });
    const tasks = [task("a film", "good"), task("a bore", "bad")];
    for (const [content, name] of [
      [JSON.stringify(tasks), "t.json"],
      [lines(...tasks), "t.jsonl"],
    ] as const) {
      const table = await read(content, name);
      const mapping = recogniseTask(table)?.mapping;
      expect(table.rows.map((row) => [row[mapping?.first ?? -1], row[mapping?.label ?? -1]])).toEqual([
        ["a film", "good"],
        ["a bore", "bad"],
      ]);
      expect(table.reading.some(({ found }) => found === "nested keys opened")).toBe(true);
    }
    const maps = Array.from({ length: 600 }, (_, row) => ({ text: `t ${row}`, ids: { [`k${row}`]: row } }));
    expect((await read(JSON.stringify(maps), "t.json")).header).toEqual(["text"]);
  });

  test("rows of lists that are named beside them have as many cells as names", async () => {
    const table = await read(
      '{"columns": ["text", "label"], "data": [["a", 1], ["b", 0, 2], ["c"], ["d", 0]]}',
      "t.json",
    );
    expect([table.rows.length, table.skipped]).toEqual([
      2,
      [
        { line: 2, reason: "3 cells where the table has 2" },
        { line: 3, reason: "1 cells where the table has 2" },
      ],
    ]);
  });

  test("a key that stands twice is told, a notebook named", async () => {
    const line = '{"text": "a \\"label\\": b", "label": 1, "label": 2, "x": {"label": 3}}';
    const said = 'The key "label" stands twice in an object: the last value is taken.';
    for (const [content, name] of [
      [`${line}\n${line}\n`, "t.jsonl"],
      [`[${line}]`, "t.json"],
    ] as const)
      expect((await read(content, name)).reading.map(({ assumed }) => assumed)).toContain(said);
    const fine = '{"a": {"text": "x"}, "text": "y", "label": "\\"text\\":"}';
    expect((await read(`${fine}\n${fine}\n`)).reading.some(({ found }) => found === "doubled key")).toBe(false);
    await expect(read('{"cells": [],\n "nbformat": 4}', "t.ipynb")).rejects.toThrow(/Jupyter notebook/);
  });

  test("of several sets in one file the first is read, and said", async () => {
    const sets = { train: [{ text: "a", label: 1 }], test: [{ text: "b", label: 0 }] };
    const table = await read(JSON.stringify(sets), "t.json");
    expect([table.rows, table.reading.at(-1)?.assumed]).toEqual([
      [["a", "1"]],
      'The rows under "train" are read; left out: "test".',
    ]);
  });

  test("quotes and comments left open end at once", async () => {
    for (const piece of ['"\\"', "'\\'", "/*", "//", '{"'] as const) {
      const began = performance.now();
      await expect(read(`[{"a": ${piece.repeat(100_000)}`, "t.json")).rejects.toThrow(/JSON, but not a table/);
      expect(performance.now() - began).toBeLessThan(3000);
    }
  });

  test("a list of one is its value, and a key that comes late is a column", async () => {
    const many = Array.from({ length: 100 }, (_, row) => JSON.stringify({ text: `t${row}` }));
    const table = await read(`${many.join("\n")}\n{"text": "late", "label": ["x"]}\n`, "t.jsonl");
    expect([table.header, table.rows[0], table.rows.at(-1)]).toEqual([
      ["text", "label"],
      ["t0", ""],
      ["late", "x"],
    ]);
    expect(table.reading.map(({ assumed }) => assumed).slice(-2)).toEqual([
      expect.stringContaining('first come late: "label" in line 101'),
      'The lists of column "label" hold one label each.',
    ]);
  });
});

describe("any JSON", () => {
  test("whatever the values, a table with even rows or an AppError; no line is lost", async () => {
    const line = fc.oneof(
      fc.json({ maxDepth: 2 }),
      fc.dictionary(fc.constantFrom("text", "label", "x"), fc.jsonValue({ maxDepth: 1 })).map((value) => JSON.stringify(value)),
      fc.constantFrom("", "{", "}", "[", "null", '{"text":"\\ud800"}', '{"text":"a"}', '{"text":"\\u0000"}'),
    ); // prettier-ignore
    let tables = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (content) => {
        let table: Table;
        try {
          table = await read(`{"text": "t", "label": "l"}\n${content.join("\n")}`);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          return;
        }
        tables += 1;
        expect(table.header?.length).toBe(table.columnCount);
        expect(table.rows.every((row) => row.length === table.columnCount)).toBe(true);
        expect(table.rows.flat().every((cell) => typeof cell === "string")).toBe(true);
        const lineCount = 2 + content.findLastIndex((text) => text.trim() !== "");
        expect(table.rows.length + table.skippedCount).toBe(lineCount);
        expect(table.skipped).toEqual(table.skipped.toSorted((left, right) => left.line - right.line));
      }),
      { numRuns: 500 },
    );
    expect(tables).toBeGreaterThan(100);
  });

  test("any bytes end in a table or an AppError", async () => {
    const bytes = fc
      .array(fc.constantFrom('{"a":', '"b"', "}", "\n", "[", ",", ":", "1", "\0", "é", "\\u", " "), { maxLength: 40 })
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom("t.jsonl", "t.json", "t.tsv"), async (content, name) => {
        const ended: unknown = await read(content, name).catch((error: unknown) => error);
        if (ended instanceof Error) expect(ended).toBeInstanceOf(AppError);
      }),
      { numRuns: 500 },
    );
  });

  test("objects written are read back", async () => {
    const text = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }).filter((cell) => !cell.includes("\0"));
    const objects = fc.array(fc.record({ text, label: fc.integer() }), { minLength: 2, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(objects, async (written) => {
        const table = await read(lines(...written));
        expect(table.rows).toEqual(written.map((object) => [object.text, String(object.label)]));
      }),
    );
  });
});
