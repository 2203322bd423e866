import { readFileSync } from "node:fs";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { fromBase64 } from "../../../src/core/base64.ts";
import { loadTokenizer, type Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { sentencePiece } from "../../../src/data/text/sentence-piece.ts";
import { familyFolder, hasFamilies, sharedTokenizer, taskRows, tokenCases } from "../../train/families/shared-files.ts";
import { folderOf } from "./needs.ts";
import { spmFile, spmMarks, type SpmPiece } from "./spm-file.ts";

/** A trie of no unit, and a text of 65 bytes. */
const longMap = Uint8Array.from([0, 0, 0, 0, ...Array<number>(65).fill(97), 0]);

type Files = Parameters<typeof folderOf>[0];

const load = (files: Files, vocabularySize: number, typeCount = 2): Promise<Tokenizer> =>
  loadTokenizer(folderOf(files), { vocabularySize, typeCount, older: sentencePiece });

const golden = v.parse(
  v.object({
    texts: v.array(v.string()),
    models: v.record(v.string(), v.object({ model: v.string(), count: v.number(), ids: v.array(v.array(v.number())) })),
  }),
  JSON.parse(readFileSync("tests/golden/spm.json", "utf8")),
);

describe("SentencePiece itself cuts alike", () => {
  test.each(Object.entries(golden.models))("%s", async (_name, { model, count, ids }) => {
    const tokenizer = await load({ "spm.model": fromBase64(model) ?? "" }, count + 1);
    const cut = golden.texts.map((text) => [text, [...tokenizer.encode(text, null, 512).ids]]);
    expect(cut).toEqual(golden.texts.map((text, row) => [text, [1, ...(ids[row] ?? []), 2]]));
  });
});

const words = ["▁the", "▁cat", "s", "▁", "a", "b", "▁a"];
/** Words are likelier than letters. */
const pieces: readonly SpmPiece[] = [
  ...spmMarks,
  ...words.map((text, index): SpmPiece => [text, text.length - 9 - index / 8]),
];
const whole = { "spm.model": spmFile(pieces) };
const names = [...pieces.map(([text]) => text), "[MASK]", "[E1]"];
const cut = (tokenizer: Tokenizer, first: string, second: string | null = null): readonly string[] =>
  Array.from(tokenizer.encode(first, second, 64).ids, (id) => names[id] ?? "?");

describe("spm.model", () => {
  test("has one mark between two texts, types, and room for the tokens between", async () => {
    const tokenizer = await load(whole, 12);
    expect(cut(tokenizer, "the cats", "a b")).toEqual("[CLS] ▁the ▁cat s [SEP] ▁a ▁ b [SEP]".split(" "));
    expect([...tokenizer.encode("the cats", "a", 64).types]).toEqual([0, 0, 0, 0, 0, 1, 1]);
    expect([...(await load(whole, 12, 0)).encode("the", "a", 64).types]).toEqual([0, 0, 0, 0, 0]);
    expect([...tokenizer.encode("the the the the", "a", 6).ids]).toEqual([1, 4, 4, 2, 10, 2]);
    expect([...tokenizer.encode("the the the the", null, 4).ids]).toEqual([1, 4, 4, 2]);
    expect([cut(tokenizer, ""), cut(tokenizer, " ")]).toEqual([
      ["[CLS]", "[SEP]"],
      ["[CLS]", "[SEP]"],
    ]);
  });

  test("joins unknown characters, and has its marks and its mask in no text", async () => {
    const tokenizer = await load(whole, 12);
    expect(cut(tokenizer, "the xyz a")).toEqual("[CLS] ▁the ▁ [UNK] ▁a [SEP]".split(" "));
    expect(tokenizer.unknownId).toBe(3);
    for (const mark of ["[CLS]", "[MASK]", "[UNK]"]) {
      expect(cut(tokenizer, mark)).toEqual(["[CLS]", "▁", "[UNK]", "[SEP]"]);
    }
  });

  test("has the mask behind its pieces, added tokens behind that, and may have fewer than the model has rows", async () => {
    await expect(load(whole, 11)).rejects.toThrow(/has 12 tokens, the model's config\.json says 11: it is longer/);
    expect((await load(whole, 13)).notes).toEqual([expect.stringMatching(/13: the rest is padding/)]);
    const added = { ...whole, "added_tokens.json": JSON.stringify({ "[MASK]": 11, "[E1]": 12 }) };
    expect(cut(await load(added, 13), "the [E1] cat")).toEqual("[CLS] ▁the [E1] ▁cat [SEP]".split(" "));
    const inside = spmFile([...pieces, ["[MASK]", 0, 4]]);
    expect((await load({ "spm.model": inside }, 12)).notes).toEqual([]);
  });

  test("cuts words together where a piece holds several", async () => {
    const together = [...pieces, ["▁a▁b", -1] as const];
    const tokenizer = await load({ "spm.model": spmFile(together) }, 13);
    expect([...tokenizer.encode("the a b a", null, 9).ids]).toEqual([1, 4, 11, 10, 2]);
  });

  test("is lower-cased where tokenizer_config.json says so", async () => {
    const lower = { ...whole, "tokenizer_config.json": JSON.stringify({ do_lower_case: true }) };
    expect(cut(await load(lower, 12), "The CAT")).toEqual("[CLS] ▁the ▁cat [SEP]".split(" "));
    expect([(await load(lower, 12)).lowercase, (await load(whole, 12)).lowercase]).toEqual([true, false]);
  });

  const without = (mark: string): SpmPiece[] => pieces.filter(([text]) => text !== mark);
  test.each([
    ["no protobuf", new TextEncoder().encode("version https://git-lfs"), /spm\.model is not a SentencePiece model/],
    ["nothing", new Uint8Array(), /has no pieces/],
    ["its first half", whole["spm.model"].slice(0, 60), /is not a SentencePiece model \(premature EOF\)/],
    ["BPE", spmFile(pieces, { modelType: 2 }), /has model_type 2 \(BPE\), and only 1 \(unigram\) is made/],
    ["another type", spmFile(pieces, { modelType: 9 }), /has model_type 9, and only 1/],
    ["spaces behind words", spmFile(pieces, { spaceBehind: true }), /treat_whitespace_as_suffix true/],
    ["spaces kept", spmFile(pieces, { escapesSpaces: false }), /escape_whitespaces false/],
    ["bytes that lack", spmFile(pieces, { byteFallback: true }), /byte_fallback true, and 0 pieces of bytes, not 256/],
    [
      "a map that is none",
      spmFile(pieces, { charsmap: Uint8Array.of(255, 0, 0, 0, 0) }),
      /precompiled_charsmap that is none/,
    ],
    ["a map of long texts", spmFile(pieces, { charsmap: longMap }), /precompiled_charsmap that is none/],
    ["a piece twice", spmFile([...pieces, ["s", -1]]), /has the piece "s" twice/],
    ["an empty piece", spmFile([...pieces, [""]]), /a piece without a text or a score/],
    ["a score of no number", spmFile([...pieces, ["x", NaN]]), /a piece without a text or a score/],
    ["a piece of a type", spmFile([...pieces, ["x", -1, 7]]), /gives the piece "x" the type 7/],
    ["a long piece", spmFile([...pieces, ["x".repeat(257)]]), /a piece of 257 characters; up to 256/],
    ["no unknown", spmFile(without("[UNK]")), /has 0 unknown pieces, and 1 is wanted/],
    ["no mark", spmFile(without("[CLS]")), /lacks the token \[CLS\] among its 10/],
    ["marks alone", spmFile(spmMarks), /has no normal piece/],
  ])("with %s is refused", async (_name, bytes, words) => {
    await expect(load({ "spm.model": bytes }, 12)).rejects.toThrow(words);
  });

  test.each([
    [{ split_by_punct: true }, /split_by_punct true/],
    [{ tokenizer_class: "T5Tokenizer" }, /asks for "T5Tokenizer".*from spm\.model only DeBERTa's is made/],
  ])("%o is refused", async (config, words) => {
    await expect(load({ ...whole, "tokenizer_config.json": JSON.stringify(config) }, 12)).rejects.toThrow(words);
  });
});

test("a tokenizer.json that transformers 5 made of an spm.model is read", async () => {
  const mark = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const definition = {
    added_tokens: [...spmMarks.map(([content]) => content), "[MASK]"].map((content, id) => ({
      id: content === "[MASK]" ? pieces.length : id,
      content,
      special: true,
      normalized: false,
    })),
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "Replace", pattern: { Regex: String.raw`\s{2,}|[\n\r\t]` }, content: " " },
        { type: "NFC" },
        { type: "Strip", strip_left: false, strip_right: true },
      ],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [{ type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true }],
    },
    post_processor: {
      type: "TemplateProcessing",
      single: [mark("[CLS]"), { Sequence: { id: "A", type_id: 0 } }, mark("[SEP]")],
      pair: [
        mark("[CLS]"),
        { Sequence: { id: "A", type_id: 0 } },
        mark("[SEP]"),
        { Sequence: { id: "B", type_id: 1 } },
      ],
    },
    model: { type: "Unigram", unk_id: 3, vocab: pieces.map(([text, score]) => [text, score]), byte_fallback: false },
  };
  const tokenizer = await load({ "tokenizer.json": JSON.stringify(definition) }, 12);
  expect(cut(tokenizer, "the\n  cats\ta ")).toEqual("[CLS] ▁the ▁cat s ▁a [SEP]".split(" "));
});

describe.skipIf(!hasFamilies())("spm.model of DeBERTa v2", () => {
  test("has SentencePiece's ids of odd texts", async () => {
    const folder = await familyFolder("deberta-v2");
    const tokenizer = await loadTokenizer(folder, { vocabularySize: 1608, typeCount: 2, older: sentencePiece });
    for (const { first, second, encoding } of tokenCases("deberta-v2")) {
      const { ids, types } = tokenizer.encode(first, second, 64);
      expect({ first, ids: [...ids], types: [...types] }).toEqual({ first, ...encoding });
    }
  });

  test("agrees with its tokenizer.json on texts of RTE and SST-2, and on odd ones without zero widths and ▁", async () => {
    const needs = { vocabularySize: 1608, typeCount: 2, older: sentencePiece };
    const pieced = await loadTokenizer(await familyFolder("deberta-v2"), needs);
    const json = await loadTokenizer(folderOf({ "tokenizer.json": sharedTokenizer("deberta-v2") }), needs);
    const task = (["rte", "sst2"] as const).flatMap((name) => taskRows(name, "dev", 100));
    const odd = tokenCases("deberta-v2").filter(({ first }) => !/[\u200B\u2581]/u.test(first));
    for (const { first, second } of [...odd, ...task]) {
      const ids = [pieced, json].map((tokenizer) => [...tokenizer.encode(first, second, 128).ids]);
      expect({ first, ids: ids[1] }).toEqual({ first, ids: ids[0] });
    }
  });
});
