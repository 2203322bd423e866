import { describe, expect, test } from "vitest";
import { encodeCorpus } from "../../../src/data/text/corpus-encoding.ts";
import { loadTokenizer, type Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { wordPiece } from "../../reference/wordpiece.ts";
import { bertNeeds, folderOf } from "./needs.ts";

const tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ..."the cat sat on mat ##s dog ##ted . ! , a".split(" ")];

function load(vocabulary: readonly string[]): Promise<Tokenizer> {
  return loadTokenizer(folderOf({ "vocab.txt": vocabulary.join("\n") }), bertNeeds(vocabulary.length));
}

describe("encodeCorpus", () => {
  const documents = [["The cat sat. The dogs sat on a mat!", "A zebra, cats."], ["\u200b"], ["[SEP] the [MASK] dog."]];

  test("gives every sentence the ids of an independent WordPiece, without marks; empty documents go", async () => {
    const corpus = await encodeCorpus(documents, await load(tokens));
    const reference = wordPiece(new Map(tokens.map((token, id) => [token, id])), true);
    const wanted = ["The cat sat.", "The dogs sat on a mat!", "A zebra, cats.", "the dog."].map((sentence) =>
      reference.ids(sentence),
    );
    const found = wanted.map((_, index) =>
      Array.from(corpus.ids.subarray(corpus.sentences[index], corpus.sentences[index + 1])),
    );
    expect(found).toEqual(wanted);
    expect(corpus.sentences.at(-1)).toBe(corpus.ids.length);
    expect(corpus.sentences).toHaveLength(5);
    expect([...corpus.documents]).toEqual([0, 3, 4]);
    expect(corpus.special).toEqual({ padding: 0, unknown: 1, classify: 2, separate: 3, mask: 4 });
    expect(corpus.vocabularySize).toBe(tokens.length);
    expect(corpus.ids).toBeInstanceOf(Uint16Array);
  });

  test("reads streams, tells of progress, and a repeated word is the same each time", async () => {
    async function* stream() {
      for (let document = 0; document < 50; document++) yield await Promise.resolve(["the cats sat ".repeat(700)]);
    }
    const seen: [number, number][] = [];
    const corpus = await encodeCorpus(stream(), await load(tokens), (...progress) => seen.push(progress));
    expect(corpus.ids).toHaveLength(50 * 700 * 4);
    expect(corpus.ids.slice(-4)).toEqual(corpus.ids.slice(0, 4));
    expect(seen.at(-1)).toEqual([50, 50 * 2800]);
    expect(seen).toHaveLength(50);
  });

  test("a vocabulary above 65,536 tokens has 32-bit ids", async () => {
    const many = [...tokens, ...Array.from({ length: 66_000 }, (_, index) => `x${index}`)];
    const corpus = await encodeCorpus([["x65999 the"]], await load(many));
    expect([...corpus.ids]).toEqual([tokens.length + 65_999, 5]);
  });

  test("refuses text without a word, and a vocabulary without [MASK]", async () => {
    await expect(encodeCorpus([["  "]], await load(tokens))).rejects.toThrow(/no word in the text/);
    const maskless = tokens.filter((token) => token !== "[MASK]");
    await expect(encodeCorpus(documents, await load(maskless))).rejects.toThrow(/no \[MASK\]|lacks one of/);
  });
});
