import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainText, readMarkdown } from "../../src/core/markdown.ts";
import type { Block } from "../../src/core/markdown.ts";

/** A block in one line, styles written out. */
function shown(block: Block): string {
  const line = (spans: Extract<Block, { kind: "paragraph" }>["spans"]): string =>
    spans.map(({ kind, text, url }) => (kind === "text" ? text : `<${kind} ${text}${url ?? ""}>`)).join("");
  switch (block.kind) {
    case "heading":
      return `h${block.level} ${line(block.spans)}`;
    case "paragraph":
      return line(block.spans);
    case "list":
      return `${block.ordered ? "ol" : "ul"} ${block.items.map(line).join(" / ")}`;
    case "table":
      return `table ${[block.head, ...block.rows].map((row) => row.map(line).join(" | ")).join(" / ")}`;
    case "code":
      return `code ${block.text}`;
  }
}

const read = (...lines: readonly string[]): string[] => readMarkdown(lines.join("\n")).blocks.map(shown);

describe("Markdown of a model card", () => {
  it("has a front matter, of which plain lines are kept", () => {
    const { matter, blocks } = readMarkdown(
      "---\nlicense: cc-by-4.0\ntags:\n- bert\nlanguage: 'en'\n---\n\n# Name\n\nText.",
    );
    expect([...matter]).toEqual([
      ["license", "cc-by-4.0"],
      ["language", "en"],
    ]);
    expect(blocks.map(shown)).toEqual(["h1 Name", "Text."]);
  });

  it("joins the lines of a paragraph and keeps styles", () => {
    expect(read("A **bold**, an *italic*", "and `code **x**`; [paper](https://e.org/a_b).")).toEqual([
      "A <strong bold>, an <emphasis italic> and <code code **x**>; <link paperhttps://e.org/a_b>.",
    ]);
  });

  it("reads lists with long items, and ends them where another block begins", () => {
    expect(read("- one", "  and on", "- **two**", "# Next", "1. a", "2. b", "", "1) c")).toEqual([
      "ul one and on / <strong two>",
      "h1 Next",
      "ol a / b",
      "ol c",
    ]);
  });

  it("reads tables with and without outer bars", () => {
    expect(read("| a | **b** |", "|---|--:|", "| 1 | 2 |", "| 3 | 4 |", "", "x | y", "--- | ---", "5 | 6")).toEqual([
      "table a | <strong b> / 1 | 2 / 3 | 4",
      "table x | y / 5 | 6",
    ]);
  });

  it("leaves code as it stands, closed or not", () => {
    expect(read("```sh", "# no heading", "", "a | b", "```", "after", "```", "open")).toEqual([
      "code # no heading\n\na | b",
      "after",
      "code open",
    ]);
  });

  it("makes links of https only, and no elements of markup", () => {
    expect(read("[x](javascript:alert(1)) <b>bold</b> ![i](http://e.org)")).toEqual([
      "[x](javascript:alert(1)) <b>bold</b> ![i](http://e.org)",
    ]);
  });

  it("ends on any text, and loses no word of a paragraph", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab #-*`|[](:\n1.".split("")), maxLength: 200 }), (text) => {
        readMarkdown(text);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z ,;]{0,80}$/), (text) => {
        const [block] = readMarkdown(text).blocks;
        expect(block?.kind === "paragraph" ? plainText(block.spans) : "").toBe(text);
      }),
    );
  });
});
