import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { loadTokenizer, type Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { bertNeeds, folderOf } from "./needs.ts";

const uncased = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cafe", "##s", ",", "!", "中", "a", "b", "c"];
const cased = [...uncased, "The", "Caf", "##é"];
const load = (tokens: readonly string[], config?: unknown): Promise<Tokenizer> =>
  loadTokenizer(
    folderOf({
      "vocab.txt": `${tokens.join("\n")}\n`,
      ...(config === undefined ? {} : { "tokenizer_config.json": JSON.stringify(config) }),
    }),
    bertNeeds(tokens.length),
  );
const tokensOf = (tokenizer: Tokenizer, tokens: readonly string[], text: string): string[] =>
  Array.from(tokenizer.encode(text, null, 64).ids, (id) => tokens[id] ?? "?");

describe("vocab.txt", () => {
  test("lower-cases by the configuration, else as the vocabulary looks, and says so", async () => {
    const guessed = await load(uncased);
    expect(guessed.lowercase).toBe(true);
    expect(tokensOf(guessed, uncased, "The Cafés, 中!")).toEqual([
      "[CLS]",
      "the",
      "cafe",
      "##s",
      ",",
      "中",
      "!",
      "[SEP]",
    ]);
    const kept = await load(cased);
    expect(kept.lowercase).toBe(false);
    expect(kept.notes).toEqual([expect.stringMatching(/^No file says whether case is kept: it is, as the vocabulary/)]);
    expect([guessed.notes, (await load(cased, { do_lower_case: false })).notes]).toEqual([[], []]);
    expect(tokensOf(kept, cased, "The Café the")).toEqual(["[CLS]", "The", "Caf", "##é", "the", "[SEP]"]);
    expect((await load(cased, { do_lower_case: true })).lowercase).toBe(true);
    expect((await load(uncased, { do_lower_case: false })).lowercase).toBe(false);
  });

  test("pairs have types 0 and 1, an empty second text is still a pair", async () => {
    const tokenizer = await load(uncased);
    const pair = tokenizer.encode("the a", "b", 64);
    expect([...pair.ids]).toEqual([2, 5, 11, 3, 12, 3]);
    expect([...pair.types]).toEqual([0, 0, 0, 0, 1, 1]);
    expect(pair.truncated).toBe(false);
    expect([...tokenizer.encode("a", "", 64).ids]).toEqual([2, 11, 3, 3]);
    expect([...tokenizer.encode("a", null, 64).ids]).toEqual([2, 11, 3]);
  });

  test("cuts the longer text and keeps [SEP]", async () => {
    const tokenizer = await load(uncased);
    const pair = tokenizer.encode("a b c a b c", "c", 6);
    expect([...pair.ids]).toEqual([2, 11, 12, 3, 13, 3]);
    expect(pair.truncated).toBe(true);
    expect([...tokenizer.encode("a b c", null, 4).ids]).toEqual([2, 11, 12, 3]);
    expect(() => tokenizer.encode("a", "b", 4)).toThrow(/at least 5 tokens/);
  });

  test("a special token written in the text is that token, as in Hugging Face's fast tokenizer", async () => {
    expect(tokensOf(await load(uncased), uncased, "a [SEP] b")).toEqual(["[CLS]", "a", "[SEP]", "b", "[SEP]"]);
  });

  test("refuses a vocabulary of another size than the model's, naming both, and one without [CLS]", async () => {
    const files = folderOf({ "vocab.txt": uncased.join("\r\n") });
    await expect(loadTokenizer(files, bertNeeds(17))).rejects.toThrow(/has 14 tokens, .* 17: it is much shorter/);
    await expect(loadTokenizer(files, bertNeeds(144))).rejects.toThrow(/has 14 tokens, .* 144: it is much shorter/);
    // Rows are added up to a multiple of 8, 64 or 128.
    expect((await loadTokenizer(files, bertNeeds(128))).notes).toEqual([expect.stringMatching(/128: the rest is pad/)]);
    expect((await loadTokenizer(files, bertNeeds(15))).notes).toEqual([
      expect.stringMatching(/15: the rest is padding/),
    ]);
    await expect(loadTokenizer(files, bertNeeds(13))).rejects.toThrow(/has 14 tokens, .* 13: it is longer/);
    await expect(load(["[UNK]", "[SEP]", "a"])).rejects.toThrow(/lacks the token \[CLS\] among its 3/);
    expect((await loadTokenizer(files, bertNeeds(14))).vocabularySize).toBe(14);
  });
});

test("a model with one token type, or none, gets no second one", async () => {
  const files = folderOf({ "vocab.txt": uncased.join("\n") });
  const typesOf = async (typeCount: number) => {
    const needs = { ...bertNeeds(uncased.length), typeCount };
    return [...(await loadTokenizer(files, needs)).encode("a", "b", 9).types];
  };
  expect(await Promise.all([2, 1, 0].map(typesOf))).toEqual([
    [0, 0, 0, 1, 1],
    [0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0],
  ]);
});

describe("tokens that are never cut", () => {
  const marked = [...uncased, "[USER]", "[URL]", "q", "##1", "[", "]"];
  const ids = (tokenizer: Tokenizer, text: string) => [...tokenizer.encode(text, null, 64).ids];
  const loadFiles = (files: Readonly<Record<string, unknown>>, vocabulary: readonly string[], rows: number) =>
    loadTokenizer(
      folderOf({
        "vocab.txt": vocabulary.join("\n"),
        ...Object.fromEntries(Object.entries(files).map(([name, value]) => [name, JSON.stringify(value)])),
      }),
      bertNeeds(rows),
    );

  test.each([
    ["tokenizer_config.json", { additional_special_tokens: ["[USER]", "[URL]"] }],
    ["tokenizer_config.json", { additional_special_tokens: [{ content: "[USER]" }, { content: "[URL]" }] }],
    ["tokenizer_config.json", { never_split: ["[USER]", "[URL]"] }],
    ["tokenizer_config.json", { added_tokens_decoder: { 14: { content: "[USER]" }, 15: { content: "[URL]" } } }],
    ["special_tokens_map.json", { additional_special_tokens: ["[USER]", "[URL]"] }],
    ["added_tokens.json", { "[USER]": 14, "[URL]": 15 }],
  ])("of the vocabulary, named by %s: %o", async (file, value) => {
    const tokenizer = await loadFiles({ [file]: value }, marked, marked.length);
    expect(tokensOf(tokenizer, marked, "[USER] the,[URL]")).toEqual(["[CLS]", "[USER]", "the", ",", "[URL]", "[SEP]"]);
    expect(tokensOf(await load(marked), marked, "[USER]")).not.toContain("[USER]");
  });

  test.each([
    ["added_tokens.json", { "[E1]": 14, "[/E1]": 15 }],
    ["tokenizer_config.json", { added_tokens_decoder: { 15: { content: "[/E1]" }, 14: { content: "[E1]" } } }],
  ])("behind the vocabulary, in %s", async (file, value) => {
    const tokenizer = await loadFiles({ [file]: value }, uncased, 16);
    expect(ids(tokenizer, "[E1]the[/E1] a")).toEqual([2, 14, 5, 15, 11, 3]);
    await expect(loadFiles({ [file]: value }, uncased, 14)).rejects.toThrow(/has 16 tokens, .* 14: it is longer/);
  });

  test("a number left out is refused", async () => {
    const refused = loadFiles({ "added_tokens.json": { "[E1]": 15 } }, uncased, 16);
    await expect(refused).rejects.toThrow(/give no token, or two, the number 14, behind the 14 of the vocabulary/);
  });

  test("the marks may have other names, which special_tokens_map.json tells as well", async () => {
    const named = ["<pad>", "<unk>", "<s>", "</s>", "<mask>", ...uncased.slice(5)];
    const map = { cls_token: "<s>", sep_token: { content: "</s>" }, unk_token: "<unk>", pad_token: "<pad>" };
    expect(ids(await loadFiles({ "special_tokens_map.json": map }, named, 14), "the zzz")).toEqual([2, 5, 1, 3]);
  });
});

test("a token in two lines has the later one's number, and it is said; a blank line has its number", async () => {
  const twice = await load([...uncased, "", "the", "the"]);
  expect([...twice.encode("the a", null, 9).ids]).toEqual([2, 16, 11, 3]);
  expect(twice.notes).toEqual([
    "vocab.txt has 2 tokens in two lines (the): the later line counts, as with Hugging Face.",
  ]);
  expect((await load(uncased)).notes).toEqual([]);
});

test.each([
  [{ tokenizer_class: "KoBertTokenizer" }, /asks for "KoBertTokenizer".*set tokenizer_class to "BertTokenizer"/],
  [{ tokenizer_class: "PhobertTokenizer" }, /asks for "PhobertTokenizer"/],
  [{ tokenizer_class: "BertJapaneseTokenizer" }, /asks for "BertJapaneseTokenizer".*cuts Japanese/],
  [{ do_basic_tokenize: false }, /do_basic_tokenize false: its words are cut by another program/],
])("vocab.txt of a tokenizer that cuts otherwise: %o", async (config, message) => {
  await expect(load(uncased, config)).rejects.toThrow(message);
});

test.each([
  ["CR alone", (line: string) => `${line}\r`, null],
  ["CR and LF", (line: string) => `${line}\r\n`, null],
  ["a count behind each token", (line: string) => `${line}\t7\n`, /alone in a line, and one is "\[UNK\]\\t7"/],
  ["blanks behind each token", (line: string) => `${line} \n`, /alone in a line, and one is "\[UNK\] "/],
])("vocab.txt with %s", async (_name, written, message) => {
  const files = folderOf({ "vocab.txt": uncased.map(written).join("") });
  const loaded = loadTokenizer(files, bertNeeds(uncased.length));
  if (message === null) expect([...(await loaded).encode("the a", null, 9).ids]).toEqual([2, 5, 11, 3]);
  else await expect(loaded).rejects.toThrow(message);
});

test.each([
  [["▁the", "▁a", "b", "▁"], /is a vocabulary of SentencePiece, whose words begin with "▁"/],
  [["Ġthe", "Ġa", "b"], /of byte-level BPE/],
  [["th@@", "e", "a"], /of BPE, whose pieces end with "@@"/],
  [["the</w>", "th", "e</w>"], /of BPE, whose words end with "<\/w>"/],
])("a vocab.txt of other pieces: %o", async (pieces, message) => {
  const marks = uncased.slice(0, 5);
  await expect(load([...marks, ...pieces])).rejects.toThrow(message);
  expect((await load([...marks, ...pieces, "##s"])).notes).toEqual([]);
});

test.each(["BertTokenizer", "BertTokenizerFast", "DistilBertTokenizer", "ElectraTokenizerFast", null])(
  "tokenizer_class %s is BERT's",
  async (tokenizer_class) => {
    expect((await load(uncased, { tokenizer_class, do_basic_tokenize: true })).lowercase).toBe(true);
  },
);

describe("tokenizer.json that cannot be used", () => {
  const definition = {
    model: { type: "WordPiece", unk_token: "[UNK]", vocab: { "[UNK]": 0, "[CLS]": 1, "[SEP]": 2, a: 3 } },
    normalizer: null,
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: { type: "BertProcessing", cls: ["[CLS]", 1], sep: ["[SEP]", 2] },
    decoder: null,
    added_tokens: [],
  };
  const loadJson = (value: unknown, size = 4): Promise<Tokenizer> =>
    loadTokenizer(
      folderOf({ "tokenizer.json": typeof value === "string" ? value : JSON.stringify(value) }),
      bertNeeds(size),
    );

  test("the sound one works", async () => {
    expect([...(await loadJson(definition)).encode("a b", null, 9).ids]).toEqual([1, 3, 0, 2]);
  });

  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ["not JSON", "{", /tokenizer\.json is not JSON/],
    ["a list", "[]", /not a JSON object/],
    ["no model", {}, /has no model/],
    ["no vocabulary", { ...definition, model: { type: "WordPiece" } }, /no vocabulary/],
    ["a word as id", { ...definition, model: { ...definition.model, vocab: { a: "x" } } }, /"a" no whole number as id/],
    ["added tokens without id", { ...definition, added_tokens: [{ content: "x" }] }, /added token without/],
    ["an unknown model", { ...definition, model: { ...definition.model, type: "Quantum" } }, /type "Quantum"/],
    ["no marks", { ...definition, post_processor: null }, /adds no \[CLS\] and \[SEP\]/],
    ["an id beyond the model", { ...definition, model: { ...definition.model, vocab: { "[UNK]": 7 } } }, /8 tokens/],
  ];
  test.each(cases)("%s", async (_name, value, message) => {
    const refusal: unknown = await loadJson(value).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({ code: "bad-tokenizer", message: expect.stringMatching(message) });
  });

  test("any value in any place gives a tokenizer or an AppError", async () => {
    const place = fc.constantFrom("model", "normalizer", "pre_tokenizer", "post_processor", "decoder", "added_tokens");
    await fc.assert(
      fc.asyncProperty(place, fc.jsonValue(), async (key, value) => {
        try {
          const tokenizer = await loadJson({ ...definition, [key]: value });
          expect(tokenizer.encode("a", "b", 9).ids.every((id) => id < 4)).toBe(true);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
        }
      }),
      { numRuns: 300 },
    );
  });

  test("any tokenizer_config.json gives a tokenizer or an AppError", async () => {
    const keys = fc.constantFrom(
      "do_lower_case",
      "unk_token",
      "cls_token",
      "strip_accents",
      "additional_special_tokens",
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(keys, fc.jsonValue()), async (config) => {
        try {
          const tokenizer = await load(uncased, config);
          expect(tokenizer.encode("a", null, 9).ids.length).toBeGreaterThan(1);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
        }
      }),
    );
  });
});
