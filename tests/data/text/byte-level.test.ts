import { describe, expect, test } from "vitest";
import { debertaByteLevel, robertaByteLevel } from "../../../src/data/text/byte-level.ts";
import { loadTokenizer, type Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { modelOf } from "../../../src/nn/families/index.ts";
import { familyFolder, hasFamilies, tokenCases } from "../../train/families/shared-files.ts";
import { folderOf } from "./needs.ts";

/** Bytes as the characters that stand for them: "Ġ" is a space, "Ã©" is é. */
const tokens = ["<s>", "<pad>", "</s>", "<unk>", "a", "b", "c", "Ġ", "#", "Ã", "©", "ab", "Ġa", "Ġab", "##", "<mask>"];
const vocabulary = Object.fromEntries(tokens.map((token, id) => [token, id]));
const merges = "#version: 0.2\na b\nĠ a\nĠ ab\n# #\n";
const whole = { "vocab.json": JSON.stringify(vocabulary), "merges.txt": merges };
const load = (files: Readonly<Record<string, string>>, vocabularySize = tokens.length): Promise<Tokenizer> =>
  loadTokenizer(folderOf(files), { vocabularySize, typeCount: 0, older: robertaByteLevel });
const cut = (tokenizer: Tokenizer, first: string, second: string | null = null): readonly string[] =>
  Array.from(tokenizer.encode(first, second, 64).ids, (id) => tokens[id] ?? "?");

describe("vocab.json and merges.txt", () => {
  test("merge the pair that stands first in the list, wherever it is", async () => {
    const tokenizer = await load(whole);
    expect(cut(tokenizer, "abab ab")).toEqual(["<s>", "ab", "ab", "Ġab", "</s>"]);
    // Other than by length: of "a b" and "Ġ a" the first is merged first.
    expect(cut(tokenizer, "c abc")).toEqual(["<s>", "c", "Ġab", "c", "</s>"]);
    expect(cut(tokenizer, "é")).toEqual(["<s>", "Ã", "©", "</s>"]);
    expect(cut(tokenizer, "")).toEqual(["<s>", "</s>"]);
  });

  test("a merge may begin with #", async () => {
    expect(cut(await load(whole), "##")).toEqual(["<s>", "##", "</s>"]);
  });

  test("two texts have two marks between them, and no types", async () => {
    const tokenizer = await load(whole);
    expect(cut(tokenizer, "a", "b")).toEqual(["<s>", "a", "</s>", "</s>", "b", "</s>"]);
    expect([...tokenizer.encode("a", "b", 64).types]).toEqual([0, 0, 0, 0, 0, 0]);
    // Four marks leave two tokens of six.
    expect(cut(tokenizer, "aaaa", "b")).toEqual(["<s>", "a", "a", "a", "a", "</s>", "</s>", "b", "</s>"]);
    expect([...tokenizer.encode("aaaa", "bb", 6).ids]).toEqual([0, 4, 2, 2, 5, 2]);
  });

  test("marks that a text holds are marks, and the mask takes the space before it", async () => {
    const tokenizer = await load(whole);
    expect(cut(tokenizer, "a </s>b")).toEqual(["<s>", "a", "Ġ", "</s>", "b", "</s>"]);
    expect(cut(tokenizer, "a <mask>b")).toEqual(["<s>", "a", "<mask>", "b", "</s>"]);
  });

  test("a space stands before a text where tokenizer_config.json says so, also against tokenizer.json", async () => {
    const config = { "tokenizer_config.json": JSON.stringify({ add_prefix_space: true }) };
    expect(cut(await load({ ...whole, ...config }), "ab")).toEqual(["<s>", "Ġab", "</s>"]);
    const definition = {
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: { type: "ByteLevel", add_prefix_space: false },
      post_processor: { type: "RobertaProcessing", sep: ["</s>", 2], cls: ["<s>", 0] },
      model: { type: "BPE", vocab: vocabulary, merges: merges.trimEnd().split("\n").slice(1) },
    };
    const written = { "tokenizer.json": JSON.stringify(definition) };
    expect(cut(await load({ ...written, ...config }), "ab")).toEqual(["<s>", "Ġab", "</s>"]);
    expect(cut(await load(written), "ab", "c")).toEqual(["<s>", "ab", "</s>", "</s>", "c", "</s>"]);
    expect([...(await load(written)).encode("ab", "c", 64).types]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("numbers that no token has are rows of the model", async () => {
    const gap = { ...whole, "vocab.json": JSON.stringify({ ...vocabulary, "<mask>": 17 }) };
    const tokenizer = await load(gap, 18);
    expect([...tokenizer.encode("a <mask>", null, 64).ids]).toEqual([0, 4, 17, 2]);
    await expect(load(gap, 17)).rejects.toThrow(/has 18 tokens, the model's config\.json says 17: it is longer/);
  });

  test.each([
    [{ "vocab.json": "[]" }, /vocab\.json is not a JSON object/],
    [{ "vocab.json": JSON.stringify({ ...vocabulary, a: "4" }) }, /gives the token "a" no whole number as id/],
    [{ "vocab.json": JSON.stringify({ ...vocabulary, a: 2 ** 30 }) }, /gives the token "a" no whole number as id/],
    [{ "vocab.json": JSON.stringify({ ...vocabulary, a: 5 }) }, /gives the number 5 to two tokens/],
    [{ "vocab.json": JSON.stringify({ ...vocabulary, "</s>": undefined }) }, /lacks the token <\/s> among its 15/],
    [{ "merges.txt": "#version: 0.2\n" }, /merges\.txt has no pair of tokens/],
    [{ "merges.txt": "a b\nb c\n" }, /merges\.txt makes "bc" in line 2, which vocab\.json lacks/],
    [{ "merges.txt": "a b\na b c\n" }, /merges\.txt has "a b c" in line 2, and not two tokens/],
    [
      { "tokenizer_config.json": '{"tokenizer_class": "GPTNeoXTokenizer"}' },
      /otherwise than RoBERTa's; from vocab\.json and/,
    ],
  ])("%o is refused by name", async (files, words) => {
    await expect(load({ ...whole, ...files })).rejects.toThrow(words);
  });

  test("one of the two is not enough, and of a family without such files neither are both", async () => {
    const { "merges.txt": _, ...half } = whole;
    await expect(load(half)).rejects.toThrow(/m has no merges\.txt, which the tokenizer of its family is made of/);
    const alone = loadTokenizer(folderOf(whole), { vocabularySize: tokens.length, typeCount: 0, older: null });
    await expect(alone).rejects.toThrow(/m has no tokenizer\.json, which the tokenizer of its family is made of/);
  });
});

describe("vocab.json and merges.txt of the first DeBERTa", () => {
  const named = { "<s>": "[CLS]", "<pad>": "[PAD]", "</s>": "[SEP]", "<unk>": "[UNK]", "<mask>": "[MASK]" };
  const own = tokens.map((token) => Object.entries(named).find(([other]) => other === token)?.[1] ?? token);
  const files = { ...whole, "vocab.json": JSON.stringify(Object.fromEntries(own.map((token, id) => [token, id]))) };
  const loadOwn = (more: Readonly<Record<string, string>> = {}, typeCount = 2): Promise<Tokenizer> =>
    loadTokenizer(folderOf({ ...files, ...more }), { vocabularySize: own.length, typeCount, older: debertaByteLevel });

  test("has BERT's marks: one between two texts, and types of both", async () => {
    const tokenizer = await loadOwn();
    const { ids, types } = tokenizer.encode("ab a", "b", 64);
    expect(Array.from(ids, (id) => own[id])).toEqual("[CLS] ab Ġa [SEP] b [SEP]".split(" "));
    expect([...types]).toEqual([0, 0, 0, 0, 1, 1]);
    expect([...(await loadOwn({}, 0)).encode("ab", "b", 64).types]).toEqual([0, 0, 0, 0, 0]);
    // Three marks leave three tokens of six.
    expect([...tokenizer.encode("caca", "b", 6).ids]).toEqual([0, 6, 4, 2, 5, 2]);
    expect([...tokenizer.encode("a [SEP]b[MASK]", null, 64).ids]).toEqual([0, 4, 7, 2, 5, 15, 2]);
  });

  test("is refused with RoBERTa's marks, or for a tokenizer of that name", async () => {
    await expect(loadOwn({ "vocab.json": whole["vocab.json"] })).rejects.toThrow(
      /lacks the token \[CLS\] among its 16/,
    );
    const config = { "tokenizer_config.json": '{"tokenizer_class": "RobertaTokenizer"}' };
    await expect(loadOwn(config)).rejects.toThrow(/set tokenizer_class to "DebertaTokenizer"/);
  });
});

describe.skipIf(!hasFamilies())("odd texts of deberta", () => {
  test("have transformers' ids and types", async () => {
    const folder = await familyFolder("deberta");
    const tokenizer = await loadTokenizer(folder, { vocabularySize: 2261, typeCount: 2, older: debertaByteLevel });
    for (const { first, second, encoding } of tokenCases("deberta")) {
      const { ids, types } = tokenizer.encode(first, second, 64);
      expect({ first, ids: [...ids], types: [...types] }).toEqual({ first, ...encoding });
    }
  });
});

describe.skipIf(!hasFamilies()).each(["electra", "roberta", "xlm-roberta", "bart"])("odd texts of %s", (family) => {
  test("have transformers' ids and types", async () => {
    const folder = await familyFolder(family);
    const tokenizer = await loadTokenizer(folder, modelOf(await folder.json("config.json")).tokenizer);
    for (const { first, second, encoding } of tokenCases(family)) {
      const { ids, types } = tokenizer.encode(first, second, 64);
      expect({ first, ids: [...ids], types: [...types] }).toEqual({ first, ...encoding });
    }
  });
});
