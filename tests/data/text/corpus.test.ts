import fc from "fast-check";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { readDocuments, type CorpusDocument, type CorpusLimits } from "../../../src/data/text/corpus.ts";
import { splitSentences } from "../../../src/data/text/sentences.ts";

async function read(content: string | Uint8Array<ArrayBuffer>, limits?: CorpusLimits): Promise<CorpusDocument[]> {
  const found: CorpusDocument[] = [];
  for await (const document of readDocuments(new Blob([content]), "t.txt", limits)) found.push(document);
  return found;
}

const gzip = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(gzipSync(text));

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  const thrown: unknown = await attempt.then(
    () => null,
    (error: unknown) => error,
  );
  return thrown instanceof AppError ? `${thrown.code}: ${thrown.message}` : `not refused: ${String(thrown)}`;
}

describe("readDocuments", () => {
  test("a line is a paragraph, empty lines end a document, however many; CRLF, blanks and a mark at the start go", async () => {
    const text = "\uFEFFone \r\n two\r\n\r\n \t\r\n\nthree\n\n";
    const wanted = [["one", "two"], ["three"]];
    expect(await read(text)).toEqual(wanted);
    expect(await read(gzip(text))).toEqual(wanted);
    expect(await read("")).toEqual([]);
    expect(await read("\n\n \n")).toEqual([]);
  });

  test("any documents come back, packed or not", async () => {
    const paragraph = fc
      .array(fc.constantFrom("word", "é", "中", "😀", ".", "–"), { minLength: 1, maxLength: 30 })
      .map((words) => words.join(" "));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(paragraph, { minLength: 1 }), { maxLength: 8 }), async (documents) => {
        const text = documents.map((document) => document.join("\n")).join("\n\n");
        expect(await read(text)).toEqual(documents);
        expect(await read(gzip(text))).toEqual(documents);
      }),
    );
  });

  test("a text longer than a piece of the stream keeps its lines and characters whole", async () => {
    const paragraphs = Array.from({ length: 3000 }, (_, index) => `naïve ${index} 😀 ${"x".repeat(index % 97)} end`);
    expect(await read(paragraphs.join("\n"))).toEqual([paragraphs]);
    expect(await read(gzip(paragraphs.join("\n")))).toEqual([paragraphs]);
  });

  test("an overlong line is cut at blanks, an overlong document between paragraphs, and no word is lost", async () => {
    const words = Array.from({ length: 400 }, (_, index) => `w${index}`);
    const limits = { fileBytes: 1e6, paragraphLength: 100, documentLength: 300 };
    for (const text of [words.join(" "), `${"y".repeat(1000)} ${words.join(" ")}`]) {
      const documents = await read(text, limits);
      expect(documents.length).toBeGreaterThan(3);
      for (const document of documents) {
        expect(document.join("").length).toBeLessThanOrEqual(300);
        for (const paragraph of document) expect(paragraph.length).toBeLessThanOrEqual(100);
      }
      const back = documents.flat();
      expect(back.filter((part) => !part.startsWith("y")).join(" ")).toContain(words.slice(1).join(" "));
      expect(back.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    }
  });

  test.each([
    ["bytes that are not UTF-8", new Uint8Array([65, 0xff, 66]), /^bad-table: t.txt is not UTF-8/],
    ["a character cut off at the end", new Uint8Array([65, 0xe2, 0x82]), /^bad-table: t.txt is not UTF-8/],
    ["gzip cut off", gzip("some text ".repeat(1000)).slice(0, 40), /^bad-archive: t.txt does not unpack/],
    ["gzip with broken data", gzip("some text ".repeat(1000)).fill(255, 12, 30), /^bad-archive: t.txt does not unpack/],
  ])("refuses %s", async (_name, bytes, message) => {
    expect(await codeOf(read(bytes))).toMatch(message);
  });

  test("refuses what unpacks to more than the bound, as soon as it does", async () => {
    const limits = { fileBytes: 100_000, paragraphLength: 1000, documentLength: 1000 };
    expect(await codeOf(read(gzip("a ".repeat(5_000_000)), limits))).toMatch(
      /^too-large: t.txt holds more than 100000/,
    );
  });

  test("a folder in place of a file is refused", async () => {
    class Folder extends Blob {
      override slice(): Blob {
        return Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error("it is a folder")) });
      }
    }
    const reading = readDocuments(new Folder(["x"]), "t").next();
    expect(await codeOf(reading)).toMatch(/^bad-table: t cannot be read \(it is a folder\)/);
  });
});

describe("splitSentences", () => {
  test.each([
    ["He came. She left! Did they? Yes.", ["He came.", "She left!", "Did they?", "Yes."]],
    ['"Go." He went. (So did I.) Then…  3 more came.', ['"Go."', "He went.", "(So did I.)", "Then…", "3 more came."]],
    [
      "Mr. Smith met J. R. Hartley at St. Paul's. It rained.",
      ["Mr. Smith met J. R. Hartley at St. Paul's.", "It rained."],
    ],
    ["It cost 3.50 euros, e.g. at www.example.com today.", ["It cost 3.50 euros, e.g. at www.example.com today."]],
    ["no full stop", ["no full stop"]],
    ["  ", []],
  ])("%s", (paragraph, sentences) => {
    expect(splitSentences(paragraph)).toEqual(sentences);
  });

  test("loses nothing but blanks", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("Mr.", "A", "b", ". ", "? ", "! ", "”", "(", " ", "é")), (parts) => {
        const text = parts.join("");
        expect(splitSentences(text).join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
      }),
    );
  });
});
