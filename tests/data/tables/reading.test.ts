import { describe, expect, test } from "vitest";
import type { ReadingChoice } from "../../../src/contract/reading.ts";
import { asTheFileSays } from "../../../src/contract/reading.ts";
import { recogniseTask } from "../../../src/data/dataset/recognise.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";
import type { Table } from "../../../src/data/tables/table.ts";

const rows = [
  ["the film is good", "warm"],
  ["a dull story", "cold"],
] as const;

function read(content: BlobPart, name = "t.csv", choice: Partial<ReadingChoice> = {}): Promise<Table> {
  return readTable(new Blob([content]), name, { ...asTheFileSays, ...choice });
}

/** Bytes of a text in a one-byte or two-byte encoding, given as what each of its letters beyond ASCII is. */
function encoded(text: string, letters: Readonly<Record<string, readonly number[]>>): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Array.from(text).flatMap((letter) => letters[letter] ?? [letter.codePointAt(0) ?? 0]));
}

function wide(text: string, { mark = true, big = false } = {}): Uint8Array<ArrayBuffer> {
  const units = Array.from(`${mark ? "\uFEFF" : ""}${text}`, (letter) => letter.codePointAt(0) ?? 0);
  return Uint8Array.from(units.flatMap((unit) => (big ? [unit >> 8, unit & 255] : [unit & 255, unit >> 8])));
}

const found = (table: Table): readonly string[] => table.reading.map((step) => step.found);

describe("encodings", () => {
  const text = `text\tlabel\n${rows.map((row) => row.join("\t")).join("\n")}\n`;
  test.each([
    ["UTF-16 with its mark", wide(text), "UTF-16 (LE)", null],
    ["UTF-16, big end first, with its mark", wide(text, { big: true }), "UTF-16 (BE)", null],
    ["UTF-16 without a mark", wide(text, { mark: false }), "UTF-16 (LE)", /no byte-order mark/],
    ["UTF-16, big end first, without a mark", wide(text, { mark: false, big: true }), "UTF-16 (BE)", /no byte-order/],
  ])("%s", async (_name, bytes, name, assumed) => {
    const table = await read(bytes, "t.tsv");
    expect([table.header, table.rows]).toEqual([["text", "label"], rows]);
    expect(found(table)[0]).toBe(name);
    if (assumed === null) expect(table.reading[0]?.assumed).toBeNull();
    else expect(table.reading[0]?.assumed).toMatch(assumed);
  });

  test("Windows-1252's signs, which ISO 8859-1 has not", async () => {
    const letters = { "€": [0x80], "“": [0x93], "”": [0x94], "’": [0x92], é: [0xe9], Ÿ: [0x9f] };
    const table = await read(encoded("text,label\n“it’s” 5 €,é\nŸ,b\n", letters), "t.csv", { encoding: "latin1" });
    expect(table.rows).toEqual([
      ["“it’s” 5 €", "é"],
      ["Ÿ", "b"],
    ]);
  });

  test("a pound sign alone, in one class only, tells Windows-1252", async () => {
    const table = await read(encoded("text,label\nwin £100 now,spam\nsee you,ham\n", { "£": [0xa3] }));
    expect(table.rows).toEqual([
      ["win £100 now", "spam"],
      ["see you", "ham"],
    ]);
    expect(found(table)[0]).toBe("Windows-1252");
    expect(table.reading[0]?.assumed).toMatch(/not UTF-8/);
  });

  // The bytes are Python's.
  test.each([
    ["gbk", "这部电影非常好看，食物也不错", "d5e2b2bfb5e7d3b0b7c7b3a3bac3bfb4a3accab3ceefd2b2b2bbb4ed"],
    ["shift_jis", "この映画はとても面白かった", "82b182cc896689e682cd82c682c482e096ca949282a982c182bd"],
    [
      "cp1251",
      "Этот фильм очень хороший, обслуживание было ужасным, я больше не приду в это место",
      "ddf2eef220f4e8ebfcec20eef7e5edfc20f5eef0eef8e8e92c20eee1f1ebf3e6e8e2e0ede8e520e1fbebee20f3e6e0f1edfbec2c20ff20e1eeebfcf8e520ede520eff0e8e4f320e220fdf2ee20ece5f1f2ee",
    ],
  ])("%s is told by its letters", async (_label, text, hex) => {
    const letters = Array.from({ length: hex.length / 2 }, (_, at) => parseInt(hex.slice(2 * at, 2 * at + 2), 16));
    const line = [...letters, 0x3b, 0x31, 0x0a];
    const table = await read(Uint8Array.from([...new TextEncoder().encode("text;label\n"), ...line, ...line]));
    expect(table.rows[1]?.[0]).toBe(text);
  });

  test("letters of an old Mac OS stand where Windows-1252 has signs, and letters that are never neighbours", async () => {
    const portuguese = await read(encoded("text,label\na ação,1\nque emoção,0\n", { ç: [0x8d], ã: [0x8b] }));
    expect([found(portuguese)[0], portuguese.rows[1]]).toEqual(["Macintosh", ["que emoção", "0"]]);
    const german = await read(encoded("text,label\nfür dich,1\nschön,0\n", { ü: [0x9f], ö: [0x9a] }));
    expect(german.rows).toEqual([
      ["für dich", "1"],
      ["schön", "0"],
    ]);
    const french = await read(
      encoded("text,label\ncœur léger,1\ndéçu…ou,0\n", { œ: [0x9c], é: [0xe9], ç: [0xe7], "…": [0x85] }),
    );
    expect([found(french)[0], french.rows[0]?.[0]]).toEqual(["Windows-1252", "cœur léger"]);
  });

  test("a file of UTF-8 with a broken line stays one, and a person's word goes before all", async () => {
    const bytes = new Uint8Array([...new TextEncoder().encode("text,label\né,1\n"), 0xe9, 0x2c, 0x30, 0x0a]);
    const table = await read(bytes);
    expect([found(table)[0], table.skipped]).toEqual([
      "UTF-8",
      [{ line: 3, reason: "broken encoding: not valid UTF-8" }],
    ]);
    expect((await read(bytes, "t.csv", { encoding: "windows-1252" })).rows).toEqual([
      ["Ã©", "1"],
      ["é", "0"],
    ]);
    await expect(read(bytes, "t.csv", { encoding: "klingon" })).rejects.toMatchObject({
      code: "bad-settings",
      message: expect.stringMatching(/no encoding "klingon"; known are utf-8/),
    });
  });

  test("carriage returns alone end lines", async () => {
    const table = await read("text,label\rthe film is good,warm\ra dull story,cold\r");
    expect([table.rows, table.lineNumbers]).toEqual([rows, [2, 3]]);
  });
});

describe("how cells are parted", () => {
  test("a spreadsheet's sep= line, comments, pipes and semicolons beside commas", async () => {
    const said = await read("sep=;\ntext;label\na, b;1\nc, d;0\n");
    expect([said.header, said.lineNumbers]).toEqual([
      ["text", "label"],
      [3, 4],
    ]);
    const commented = await read("# of last year\n# ours, all of them\ntext,label\na,1\n");
    expect([commented.header, commented.lineNumbers, found(commented)]).toEqual([
      ["text", "label"],
      [4],
      ["UTF-8", "2 comment lines", "comma", "quoted", "header"],
    ]);
    expect((await read("#id\ttext\tlabel\n1\ta\t1\n2\tb\t0\n", "t.tsv")).header).toEqual(["#id", "text", "label"]);
    expect((await read("text|label\na, b|1\nc|0\n", "t.txt")).rows).toEqual([
      ["a, b", "1"],
      ["c", "0"],
    ]);
    expect((await read("i feel fine;joy\nso, so; bad;sad\nlow, low, low;sad\n", "t.txt")).dialect?.separator).toBe(";");
  });

  test("tabs in a .csv whose texts hold commas", async () => {
    const lines = ["main\t1\t2.5\tone, two\tthree", "main\t2\t3.5\tfour, five\tsix", "main\t3\t1.0\tseven, x\teight"];
    expect((await read(`${lines.join("\n")}\n`)).columnCount).toBe(5);
  });

  test("pandas quotes what needs it; R quotes every text; GLUE's quotes are ordinary", async () => {
    const pandas = await read('text\tlabel\n"he said ""hi"""\t1\nplain\t0\n"two\nlines"\t1\n', "t.tsv");
    expect(pandas.rows).toEqual([
      ['he said "hi"', "1"],
      ["plain", "0"],
      ["two\nlines", "1"],
    ]);
    const r = await read('"text"\t"label"\n"a film"\t"good"\n"a bore"\t"bad"\n', "t.tsv");
    expect([r.header, r.rows[0]]).toEqual([
      ["text", "label"],
      ["a film", "good"],
    ]);
    const glue = await read('sentence\tlabel\n"Lost" is fine\t1\n"a whole one"\t0\nhis 5" nail\t1\n', "t.tsv");
    expect(glue.rows.map(([text]) => text)).toEqual(['"Lost" is fine', '"a whole one"', 'his 5" nail']);
    const balanced = await read('sentence\tlabel\n"open here\t1\nplain\t0\nand closed"\t1\n', "t.tsv");
    expect(balanced.rows.length).toBe(3);
  });

  test("quotes with a backslash before them, as MySQL and Spark write", async () => {
    const table = await read('text,label\n"so \\"fine\\", yes",1\n"no",0\n');
    expect(table.rows).toEqual([
      ['so "fine", yes', "1"],
      ["no", "0"],
    ]);
  });

  test("single quotes, where a cell needs them; an apostrophe is a letter", async () => {
    const table = await read("text,label\n'so it goes, yes',1\n'it''s \"fine\"',0\n");
    expect([table.rows, table.reading.at(-2)?.assumed]).toEqual([
      [
        ["so it goes, yes", "1"],
        ['it\'s "fine"', "0"],
      ],
      "Cells are in single quotes, and quotes inside them are doubled.",
    ]);
    const plain = await read("text,label\n'tis a film,1\n'twas a bore,0\nit's,1\n");
    expect(plain.rows.map(([text]) => text)).toEqual(["'tis a film", "'twas a bore", "it's"]);
  });

  test("a blank before quotes is none of the text's", async () => {
    const table = await read('label, text\n1, "so it goes, yes"\n0, "never, "", again"\n1, plain\n');
    expect(table.rows.map(([, text]) => text)).toEqual(["so it goes, yes", 'never,", again', " plain"]);
    const fine = await read('text,label\n"he said, ""no"", and",1\n"so, "" yes",0\n');
    expect(fine.rows[0]).toEqual(['he said, "no", and', "1"]);
  });

  test("a blank after quoted texts, as R's write.table has it", async () => {
    const text = '"text" "label"\n"1" "a film, a \\"play\\"" 1\n"2" "a bore" 0\n"3" "well" 1\n"4" "bad; sad" 0\n';
    const table = await read(text, "t.txt");
    expect([table.header, table.rows[0], table.rows.length]).toEqual([
      ["", "text", "label"],
      ["1", 'a film, a "play"', "1"],
      4,
    ]);
    expect(found(table)[1]).toBe("blank");
    const around = await read('"text" , "label"\n"a film" , "1"\n"a bore" , "0"\n');
    expect([around.dialect?.separator, around.rows.length]).toEqual([",", 2]);
    const quotes = await read('"So what" he said,1\n"Well" she said,0\n"No" "no",1\n', "t.csv", { quoted: false });
    expect(quotes.columnCount).toBe(2);
  });

  test("fastText's lines are a class and a text", async () => {
    const table = await read(
      "__label__good so it goes\n__label__bad never again, no\n__label__a __label__b both\n",
      "t.txt",
    );
    expect([table.header, table.rows, table.skipped]).toEqual([
      ["label", "text"],
      [
        ["good", "so it goes"],
        ["bad", "never again, no"],
      ],
      [{ line: 3, reason: "several labels, or no text" }],
    ]);
  });

  test("a person's word goes before what the lines look like", async () => {
    const table = await read('a;b\n"c;d"\n', "t.csv", { separator: ";", quoted: false, header: false });
    expect([table.header, table.rows]).toEqual([
      null,
      [
        ["a", "b"],
        ['"c', 'd"'],
      ],
    ]);
  });
});

describe("headers as people have them", () => {
  test("doubled and missing names, empty columns at the end", async () => {
    expect((await read("text,label,text\na,1,x\nb,0,y\n")).header).toEqual(["text", "label", "text"]);
    expect((await read(",,text,label\n0,0,a,1\n1,1,b,0\n")).header).toEqual(["", "", "text", "label"]);
    const spam = await read(
      "v1,v2,,,\nham,see you,,,\nspam,win,,,\nham,at home,,,\n".repeat(1) + "ham,ok,,,\nspam,cash,,,\nham,hi,,,\n",
    );
    expect([spam.header, spam.columnCount]).toEqual([["v1", "v2"], 2]);
  });

  test("R's row names have no name of their own", async () => {
    const table = await read('"text"\t"label"\n"1"\t"a film"\t"good"\n"2"\t"a bore"\t"bad"\n', "t.tsv");
    expect([table.header, table.rows[0]]).toEqual([
      ["", "text", "label"],
      ["1", "a film", "good"],
    ]);
    expect(table.reading.at(-1)?.assumed).toMatch(/taken for its name, as R writes it/);
  });

  test("a title above the names is none of the table's, nor are the names once more", async () => {
    const body = "a film,1\na bore,0\n";
    const titled = await read(`All of last year,\n,\ntext,label\n${body}`);
    expect([titled.header, titled.rows.length, titled.lineNumbers[0]]).toEqual([["text", "label"], 2, 4]);
    expect(titled.reading.find(({ stage }) => stage === "comments")?.assumed).toMatch(/names.*"All of last year/);
    const joined = await read(`text,label\n${body}text,label\nagain,1\n`);
    expect([joined.rows.length, joined.skipped]).toEqual([3, [{ line: 4, reason: "the header once more" }]]);
    expect((await read("a title alone,\na film,1\na bore,0\n")).rows.length).toBe(3);
  });

  test("Markdown's rule is no row; names that stand twice are asked for", async () => {
    const table = await read("| text | label |\n|:-----|------:|\n| a film | 1 |\n| a bore | 0 |\n", "t.md");
    expect([table.rows.length, table.skipped]).toEqual([2, [{ line: 2, reason: "a rule below the header" }]]);
    expect(recogniseTask(table)?.mapping).toMatchObject({ first: 1, label: 2 });
    expect(recogniseTask(await read("text,label,label\na film,1,0\na bore,0,1\n"))).toBeNull();
    expect(recogniseTask(await read("text,text,label\na film,b,0\na bore,c,1\n"))).toBeNull();
  });

  test("texts in rows of which one has a cell too many are no row names", async () => {
    const table = await read("text,label\na film,it is,1\na bore,no,0\nwell made,yes,1\n");
    expect(table.header?.[0]).not.toBe("");
  });

  test("names in Chinese, Japanese and Russian are known, over texts without blanks", async () => {
    const rows = ["汤很热也很好喝,1", "暖气一直不工作,0", "我们笑了一整晚,1", "又长又无聊的讲座,0"];
    expect(recogniseTask(await read(`文本,标签\n${rows.join("\n")}\n`))?.mapping).toMatchObject({ first: 0, label: 1 });
    expect(recogniseTask(await read(rows.join("\n")))?.mapping).toMatchObject({ first: 0, label: 1 });
    const swapped = rows.map((row) => row.split(",").toReversed().join("\t"));
    expect(recogniseTask(await read(`ラベル\t文章\n${swapped.join("\n")}\n`))?.mapping).toMatchObject({ first: 1 });
    expect(recogniseTask(await read("метка;отзыв\n1;так себе\n0;плохо, да\n"))?.mapping).toMatchObject({ first: 1 });
  });

  test("names in another script, over classes; and a first row that is one", async () => {
    const body = ["gut", "schlecht", "mittel", "gut", "schlecht", "mittel"].map((mood, at) => `ein Satz ${at},${mood}`);
    const named = await read(`Предложение,вид\n${body.join("\n")}\n`);
    expect(named.header).toEqual(["Предложение", "вид"]);
    expect(named.reading.at(-1)?.assumed).toMatch(/taken for the names of the columns: Предложение, вид/);
    expect((await read(`noch einer,gut\n${body.join("\n")}\n`)).header).toBeNull();
  });

  test("longer rows stay where numbers and classes stand in their columns", async () => {
    const usual = ["main\t2.5\ta b\tc d", "main\t3\te f\tg h", "main\t4\ti j\tk l"];
    const longer = ["main\t1.5\tm n\to p\tone\ttwo", "main\t2\tq r\ts t\tone\ttwo"];
    const wrong = ["main\tno number\tu\tv\tw\tx", "main\t5\ta tab\tslipped in\ty"];
    const table = await read([...usual, ...longer, ...wrong].join("\n"), "t.csv");
    expect(table.rows.map((row) => row[3])).toEqual(["c d", "g h", "k l", "o p", "s t"]);
    expect(table.skipped).toEqual([
      { line: 6, reason: "6 cells where the table has 4" },
      { line: 7, reason: "5 cells where the table has 4" },
    ]);
    expect(table.reading.at(-1)?.assumed).toMatch(/2 rows have more than 4 cells/);
  });
});

describe("what is no table", () => {
  const latin = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  test.each([
    ["BZh91AY&SY", /bzip2.*bunzip2/],
    ["\u00FD7zXZ\0", /xz/],
    ["\u00D0\u00CF\u0011\u00E0\u00A1", /\.xls/],
    ["SQLite format 3\0", /SQLite/],
    ["\u0080\u0004\u0095\u0001", /pickle/],
    [`${"a".repeat(257)}ustar\0`, /tar archive/],
    ["version https://git-lfs.github.com/spec/v1\noid sha256:00\n", /Git LFS pointer.*git lfs pull/],
    ["<!DOCTYPE html>\n<html>", /HTML page/],
    ["% of 2019\n\n@relation mood\n@attribute text string\n", /ARFF/],
    ["-- MySQL dump\n/*!40101 SET a */;\nDROP TABLE IF EXISTS `t`;\n", /SQL dump/],
    ["INSERT INTO t VALUES ('a',1);\n", /SQL dump/],
    ["From: a@b.org\nTo: c@d.org\nSubject: soup\n\nwell, yes\n", /e-mail/],
    ["From a@b.org Mon Jun  1 10:00:00 2020\nReceived: x\n", /e-mail/],
    ["\u00EF\u00BB\u00BF<?xml version='1.0'?>\n<rows/>", /XML/],
    ["GGUF\u0003", /GGUF/],
    ['\u0040\0\0\0\0\0\0\0{"a":', /safetensors file of weights/],
    ["X\n\0\0\0\u0003", /R data/],
    ["ORC\u0003\0", /ORC file/],
  ])("%j", async (start, message) => {
    await expect(read(latin(start))).rejects.toMatchObject({
      code: "bad-table",
      message: expect.stringMatching(message),
    });
  });

  test("words of SQL and of letters in a table's first text make none of it", async () => {
    for (const separator of ["\t", ","]) {
      const begin = [
        "Set a = 1",
        "Insert into the slot",
        "From: here",
        "From here on",
        "Use it",
        "Drop table and chair",
        "ORCA whales",
      ];
      const rows = begin.map((text, row) => `${text}${separator}${row % 2}`);
      for (const [at, row] of rows.entries()) {
        const content = [row, ...rows.filter((_, other) => other !== at)].join("\n");
        expect((await read(content, "t.txt")).rows.length).toBe(7);
      }
    }
  });
});
