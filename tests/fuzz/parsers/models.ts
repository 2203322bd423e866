import { sentencePiece } from "../../../src/data/text/sentence-piece.ts";
import { loadTokenizer, type TokenizerNeeds } from "../../../src/data/text/tokenizer.ts";
import { openPytorch } from "../../../src/models/torch/pytorch.ts";
import { openSafetensors } from "../../../src/models/safetensors.ts";
import { openFolder } from "../../../src/models/folder.ts";
import { countBody } from "../../../src/nn/model.ts";
import { modelOf } from "../../../src/nn/families/index.ts";
import type { Weights } from "../../../src/models/weights.ts";
import { bertNeeds } from "../../data/text/needs.ts";
import { pickleOf, put, torchZip } from "../../models/torch-file.ts";
import type { Chance } from "../chance.ts";
import type { FuzzedParser } from "../fuzzing.ts";
import { fileOf } from "../memory-blob.ts";
import { joined, mutatedBytes, mutatedJson, type Bytes } from "../mutations.ts";
import { seedFiles } from "./seed-files.ts";
import { mutatedSpm, pieceCount } from "./spm-models.ts";

const encode = (text: string): Bytes => new Uint8Array(new TextEncoder().encode(text));
const json = (value: unknown): Bytes => encode(JSON.stringify(value) ?? "");

async function readAll(weights: Pick<Weights, "entries" | "read">): Promise<void> {
  for (const name of [...weights.entries.keys()].slice(0, 20)) await weights.read(name);
}

/** A header of safetensors with changes, and its length before it. */
function mutatedSafetensors(chance: Chance): Bytes {
  const files = seedFiles(/\.safetensors$/);
  if (chance.hit(0.4)) return mutatedBytes(chance, files);
  const header = {
    __metadata__: { format: "pt" },
    a: { dtype: "F32", shape: [2, 2], data_offsets: [0, 16] },
    b: { dtype: "F16", shape: [3], data_offsets: [16, 22] },
    c: { dtype: "BF16", shape: [], data_offsets: [22, 24] },
  };
  const bytes = json(mutatedJson(chance, header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setUint32(0, bytes.length, true);
  return joined(length, bytes, new Uint8Array(24));
}

const tensor = put.tensor(put.storage("0", 6), 0, [2, 3], [3, 1]);
const pickles = [
  pickleOf(put.dict({ a: tensor, b: put.tensor(put.storage("0", 6), 2, [2], [1]) })),
  pickleOf(put.reduce(put.global("collections", "OrderedDict"), put.list(put.tuple(put.text("a"), tensor)))),
  pickleOf(put.dict({ model: put.dict({ a: tensor }), epoch: put.int(3), x: put.none })),
];

const words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cafe", "##s", ",", "!", "中", "a", "b", "c"];
const vocabulary = encode(`${words.join("\n")}\n`);
const tokenizer = {
  version: "1.0",
  added_tokens: words.slice(0, 5).map((content, id) => ({ id, content, special: true })),
  normalizer: {
    type: "BertNormalizer",
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: "BertPreTokenizer" },
  post_processor: {
    type: "TemplateProcessing",
    single: [
      { SpecialToken: { id: "[CLS]", type_id: 0 } },
      { Sequence: { id: "A", type_id: 0 } },
      { SpecialToken: { id: "[SEP]", type_id: 0 } },
    ],
    pair: [
      { SpecialToken: { id: "[CLS]", type_id: 0 } },
      { Sequence: { id: "A", type_id: 0 } },
      { SpecialToken: { id: "[SEP]", type_id: 0 } },

      { Sequence: { id: "B", type_id: 1 } },
      { SpecialToken: { id: "[SEP]", type_id: 1 } },
    ],
    special_tokens: {
      "[CLS]": { id: "[CLS]", ids: [2], tokens: ["[CLS]"] },
      "[SEP]": { id: "[SEP]", ids: [3], tokens: ["[SEP]"] },
    },
  },
  decoder: { type: "WordPiece", prefix: "##", cleanup: true },
  model: {
    type: "WordPiece",
    unk_token: "[UNK]",
    continuing_subword_prefix: "##",
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(words.map((word, id) => [word, id])),
  },
};
const config = {
  architectures: ["BertForSequenceClassification"],
  model_type: "bert",
  vocab_size: 30_522,
  hidden_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 512,
  max_position_embeddings: 512,
  type_vocab_size: 2,
  hidden_act: "gelu",
  pad_token_id: 0,
  layer_norm_eps: 1e-12,
  hidden_dropout_prob: 0.1,
  attention_probs_dropout_prob: 0.1,
  initializer_range: 0.02,
  id2label: { "0": "no", "1": "yes" },
  label2id: { no: 0, yes: 1 },
  position_embedding_type: "absolute",
};
const distilled = {
  ...config,
  model_type: "distilbert",
  dim: 128,
  hidden_dim: 512,
  n_layers: 2,
  n_heads: 2,
  dropout: 0.1,
};
const settings = {
  do_lower_case: true,
  unk_token: "[UNK]",
  strip_accents: null,
  added_tokens_decoder: {},
  model_max_length: 512,
};

/** Asks a tokenizer made of these files. */
async function readTokenizer(
  files: Readonly<Record<string, Bytes>>,
  needs: TokenizerNeeds = bertNeeds(words.length),
): Promise<void> {
  const blob = (name: string): Promise<Blob> => Promise.resolve(fileOf(files[name] ?? new Uint8Array()));
  const text = (name: string): Promise<string> => Promise.resolve(new TextDecoder().decode(files[name]));
  const folder = { name: "m", has: (name: string) => Object.hasOwn(files, name), blob, text };
  const loaded = await loadTokenizer(folder, needs);
  loaded.encode("The Cafés, 中!", "a b", 16);
}

export const modelParsers: readonly FuzzedParser[] = [
  {
    name: "safetensors",
    make: mutatedSafetensors,
    async parse(input) {
      await readAll(await openSafetensors(fileOf(input), "m.safetensors"));
    },
  },
  {
    name: "pickles",
    make: (chance) => mutatedBytes(chance, chance.hit(0.5) ? pickles : seedFiles(/\.bin$/)),
    async parse(input) {
      const inZip = input[0] === 0x80 && input[1] === 2 && input[2] !== 0x8a;
      await readAll(await openPytorch(inZip ? torchZip(input, { "0": new Uint8Array(24) }) : fileOf(input), "m.bin"));
    },
  },
  {
    name: "vocab.txt",
    make: (chance) => mutatedBytes(chance, [vocabulary], ["[UNK]", "##", "\n", "\r\n", "\uFEFF", " ", "the\n"]),
    parse: (input, chance) =>
      readTokenizer({
        "vocab.txt": input,
        ...(chance.hit(0.5) ? { "tokenizer_config.json": json(mutatedJson(chance, settings)) } : {}),
      }),
  },
  {
    name: "spm.model",
    make: mutatedSpm,
    parse: (input, chance) =>
      readTokenizer(
        {
          "spm.model": input,
          ...(chance.hit(0.2) ? { "tokenizer_config.json": json(mutatedJson(chance, settings)) } : {}),
        },
        { vocabularySize: pieceCount(input) + 1, typeCount: 2, older: sentencePiece },
      ),
  },
  {
    name: "tokenizer.json",
    make: (chance) =>
      chance.hit(0.9) ? json(mutatedJson(chance, tokenizer)) : mutatedBytes(chance, [json(tokenizer)]),
    parse: (input) => readTokenizer({ "tokenizer.json": input }),
  },
  {
    name: "config.json",
    make: (chance) =>
      chance.hit(0.8)
        ? json(mutatedJson(chance, chance.pick([config, distilled])))
        : mutatedBytes(chance, [json(config)]),
    async parse(input) {
      const files = { "config.json": input, "vocab.txt": vocabulary, "model.safetensors": new Uint8Array() };
      const folder = await openFolder(Object.entries(files).map(([path, bytes]) => ({ path, file: fileOf(bytes) })));
      countBody(modelOf(await folder.json("config.json")));
    },
  },
];
