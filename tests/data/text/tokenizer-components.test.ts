import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { toBase64 } from "../../../src/core/base64.ts";
import { AppError } from "../../../src/core/errors.ts";
import { loadTokenizer, type Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { bertNeeds, folderOf } from "./needs.ts";

const definition = {
  model: { type: "WordPiece", unk_token: "[UNK]", vocab: { "[UNK]": 0, "[CLS]": 1, "[SEP]": 2, a: 3 } },
  normalizer: null,
  pre_tokenizer: { type: "BertPreTokenizer" },
  post_processor: { type: "BertProcessing", cls: ["[CLS]", 1], sep: ["[SEP]", 2] },
  decoder: null,
  added_tokens: [],
};

function load(text: string, rows = 4): Promise<Tokenizer> {
  return loadTokenizer(folderOf({ "tokenizer.json": text }), bertNeeds(rows));
}
const loadWith = (parts: object): Promise<Tokenizer> => load(JSON.stringify({ ...definition, ...parts }));
const model = (more: object) => ({ model: { ...definition.model, ...more } });

async function refusalOf(loading: Promise<Tokenizer>): Promise<string> {
  const thrown: unknown = await loading.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof AppError)) throw new Error(`not refused with an AppError: ${String(thrown)}`);
  expect(thrown.code).toBe("bad-tokenizer");
  expect(thrown.message).toMatch(/^m\/tokenizer\.json .*\. Use the tokenizer files that came with the model\.$/);
  return thrown.message;
}

const replace = (from: string, to: string) => ({ type: "Replace", pattern: { String: from }, content: to });
const repeat = (count: number, one: object) => Array.from({ length: count }, () => one);
const normalizers = (list: readonly object[]) => ({ normalizer: { type: "Sequence", normalizers: list } });
const pretokenizers = (list: readonly object[]) => ({ pre_tokenizer: { type: "Sequence", pretokenizers: list } });
const split = (pattern: object) => ({ pre_tokenizer: { type: "Split", pattern, behavior: "Isolated", invert: false } });

describe("a file that would hang or fill the engine is refused within a second", () => {
  const nested = (count: number): string => {
    const [open, close] = ['{"type":"Sequence","normalizers":[', "]}"];
    return JSON.stringify({ ...definition, normalizer: "HERE" }).replace(
      '"HERE"',
      open.repeat(count) + close.repeat(count),
    );
  };
  const cases: readonly (readonly [string, () => Promise<Tokenizer>, RegExp])[] = [
    [
      "29 doublings",
      () => loadWith(normalizers(repeat(29, replace("a", "aa")))),
      /has 29 components .*normalizer; at most 16/,
    ],
    [
      "16 doublings",
      () => loadWith(normalizers(repeat(16, replace("a", "aa")))),
      /65536 times as long; at most 8 times/,
    ],
    [
      "(a+)+$",
      () => loadWith(split({ Regex: "(a+)+$" })),
      /"Split" as its pre_tokenizer .*expression "\(a\+\)\+\$", which might/,
    ],
    [
      "30 x ByteLevel",
      () => loadWith(pretokenizers(repeat(30, { type: "ByteLevel" }))),
      /has 30 components as its pre_tok/,
    ],
    [
      "2 x ByteLevel",
      () => loadWith(pretokenizers(repeat(2, { type: "ByteLevel" }))),
      /has 2 components "ByteLevel" .*at most one/,
    ],
    ["20,000 Sequences", () => load(nested(20_000)), /Sequences more than 3 deep as its normalizer; at most 3/],
  ];
  test.each(cases)("%s", async (_name, loading, message) => {
    const beganMs = performance.now();
    expect(await refusalOf(loading())).toMatch(message);
    expect(performance.now() - beganMs).toBeLessThan(1000);
  });
});

test.each([
  [
    "a component of no family",
    { normalizer: { type: "Prepend", prepend: "a" } },
    /has "Prepend" as its normalizer, and only these/,
  ],
  ["a method of every object", { normalizer: { type: "constructor" } }, /has "constructor" as its normalizer/],
  [
    "one that never ends",
    { pre_tokenizer: { type: "FixedLength", length: 0 } },
    /has "FixedLength" as its pre_tokenizer/,
  ],
  ["a text as one", { normalizer: "NFC" }, /has "NFC" as its normalizer, which is no component/],
  ["an empty text to look for", { normalizer: replace("", "a") }, /looks for "", and not for a text of 1 to 256/],
  [
    "an expression that makes text longer",
    { normalizer: { type: "Replace", pattern: { Regex: "\\s" }, content: "a".repeat(9) } },
    /9 times as long/,
  ],
  ["nothing to put", { normalizer: { type: "Replace", pattern: { String: "a" } } }, /has no content/],
  ["a long replacement", { pre_tokenizer: { type: "Metaspace", replacement: "____" } }, /not one character/],
  [
    "another replacement beside it",
    { pre_tokenizer: { type: "Metaspace", replacement: "_", str_rep: "____" } },
    /not one character/,
  ],
  [
    "a text twice",
    {
      post_processor: {
        type: "TemplateProcessing",
        single: repeat(2, { Sequence: { id: "A", type_id: 0 } }),
        pair: [],
      },
    },
    /without each text once/,
  ],
  ["words of any length", model({ max_input_chars_per_word: 1e9 }), /max_input_chars_per_word 1000000000; at most 200/],
  ["chance", model({ dropout: 0.1 }), /dropout 0\.1/],
  ["a long prefix", model({ continuing_subword_prefix: "#".repeat(17) }), /continuing_subword_prefix .*up to 16/],
  [
    "a long token",
    model({ vocab: { ...definition.model.vocab, ["a".repeat(257)]: 3 } }),
    /token of 257 characters; up to 256/,
  ],
  ["a long added token", { added_tokens: [{ content: "a".repeat(257), id: 3 }] }, /token of 257 characters; up to 256/],
])("%s is refused", async (_name, parts, message) => {
  expect(await refusalOf(loadWith(parts))).toMatch(message);
});

test("what real tokenizers have is taken", async () => {
  const ids = async (parts: object, text: string) => [...(await loadWith(parts)).encode(text, null, 16).ids];
  expect(await ids(normalizers([{ type: "NFD" }, { type: "Lowercase" }, { type: "StripAccents" }]), "Á")).toEqual([
    1, 3, 2,
  ]);
  expect(await ids(normalizers([replace("b", "a"), replace("c", "a")]), "b c")).toEqual([1, 3, 3, 2]);
  expect(await ids({ normalizer: { type: "Replace", pattern: { Regex: " {2,}" }, content: " " } }, "a   a")).toEqual([
    1, 3, 3, 2,
  ]);
  expect(await ids(pretokenizers([{ type: "WhitespaceSplit" }, { type: "Punctuation" }]), "a,a")).toEqual([
    1, 3, 0, 3, 2,
  ]);
  expect(await ids(split({ String: "," }), "a,a")).toEqual([1, 3, 0, 3, 2]);
  const gpt2 = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;
  expect(await ids(split({ Regex: gpt2 }), "a!a")).toEqual([1, 3, 0, 3, 2]);
  // A decoder is of no use here, so none can do harm.
  expect(await ids({ decoder: { type: "Replace", pattern: { Regex: "(" }, content: "" } }, "a")).toEqual([1, 3, 2]);
});

/** SentencePiece's map with one character, for which its first text is put: a double-array trie, whose rows are 256 apart. */
function charsmapOf(character: string): string {
  const bytes = [...new TextEncoder().encode(character)];
  // What no byte leads to ends as well, of other bytes.
  const units = new Uint32Array(256 * (bytes.length + 2)).fill(256);
  units[0] = 256 << 10;
  for (const [at, byte] of bytes.entries()) {
    const place = 256 * (at + 1) + byte;
    const isLast = at === bytes.length - 1 ? 256 : 0;
    units[place] = ((place ^ (256 * (at + 2))) << 10) | isLast | byte;
  }
  units[256 * (bytes.length + 1)] = 0x80000000;
  const texts = [32, 0];
  const head = new Uint8Array(Uint32Array.of(units.byteLength).buffer);
  return toBase64(Uint8Array.from([...head, ...new Uint8Array(units.buffer), ...texts]));
}

test("a zero width joiner is a space where the map of a Precompiled makes one of it, and kept where it does not", async () => {
  const vocab = { ...definition.model.vocab, "a\u200Da": 4 };
  const ids = async (charsmap: string | null, wrap = (one: object): object => one) => {
    const normalizer = wrap({ type: "Precompiled", precompiled_charsmap: charsmap });
    const parts = { ...definition, model: { ...definition.model, vocab }, pre_tokenizer: { type: "WhitespaceSplit" } };
    const tokenizer = await load(JSON.stringify({ ...parts, normalizer }), 5);
    return [...tokenizer.encode("a\u200Da a\u200Ba", null, 16).ids];
  };
  const [spaced, kept] = [
    [1, 3, 3, 3, 3, 2],
    [1, 4, 3, 3, 2],
  ];
  expect(await ids(charsmapOf("\u200D"))).toEqual(spaced);
  expect(await ids(charsmapOf("\u200B"))).toEqual(kept);
  expect(await ids(charsmapOf("\u200B"), (one) => ({ type: "Sequence", normalizers: [one] }))).toEqual(kept);
  // What cannot be read: as the library has it.
  expect(await ids(null)).toEqual(spaced);
  expect(await ids("%")).toEqual(spaced);
});

const shared = new URL("../../../../shared/", import.meta.url);
const real: readonly string[] = [
  "families/expected/dev/models/roberta/tokenizer.json",
  "families/expected/dev/models/xlm-roberta/tokenizer.json",
  "families/expected/dev/deberta-v2.tokenizer.json",
  "cases/accents-json-noconfig/model/tokenizer.json",
];
test.each(real)("%s loads", async (path) => {
  const file = new URL(path, shared);
  if (!existsSync(file)) {
    console.log(`skipped: ${path} is not beside this checkout`);
    return;
  }
  const text = readFileSync(file, "utf8");
  const { model: read, added_tokens: added }: { model: { vocab: object }; added_tokens: { id: number }[] } =
    JSON.parse(text);
  const rows = Math.max(Object.keys(read.vocab).length, ...added.map(({ id }) => id + 1));
  expect((await load(text, rows)).encode("a day", null, 16).ids.length).toBeGreaterThan(2);
});
