import { beforeAll, describe, expect, test } from "vitest";
import type { Workspace } from "../../src/experiment/workspace.ts";
import type { FolderFile } from "../../src/models/folder.ts";
import { writeSafetensors } from "../../src/models/safetensors.ts";
import type { TensorData } from "../../src/models/safetensors.ts";
import { tinyFolder, tinyVocabulary } from "../models/tiny-folder.ts";
import type { TinyChanges } from "../models/tiny-folder.ts";
import { pickleOf, put, torchFile, torchZip } from "../models/torch-file.ts";
import { anyChoice, DirectoryBlob, refusalOf, tinyLength, tinyWorkspace } from "./refusal.ts";

type Case = readonly [name: string, changes: TinyChanges, code: string, message: RegExp];

const config = (fields: Readonly<Record<string, unknown>>): TinyChanges => ({ config: fields });
const file = (name: string, content: string | Blob | null): TinyChanges => ({ files: { [name]: content } });
const only = (change: (tensor: TensorData) => TensorData | null, wanted: string): TinyChanges => ({
  tensors: (tensors) => tensors.flatMap((tensor) => (tensor.name.endsWith(wanted) ? (change(tensor) ?? []) : [tensor])),
});

const pickled = (blob: Blob): TinyChanges => ({ files: { "model.safetensors": null, "pytorch_model.bin": blob } });

const pooler = "pooler.dense.weight";
const context = "encoder.layer.0.attention.output.dense.weight";
const whole = tinyFolder().find(({ path }) => path.endsWith("model.safetensors"))?.file ?? new Blob();

/** The whole file with its header's text changed. */
async function withHeader(change: (header: string) => string): Promise<Blob> {
  const length = Number(new DataView(await whole.slice(0, 8).arrayBuffer()).getBigUint64(0, true));
  const header = change(await whole.slice(8, 8 + length).text());
  const size = new DataView(new ArrayBuffer(8));
  size.setBigUint64(0, BigInt(header.length), true);
  return new Blob([size, header, whole.slice(8 + length)]);
}

/** The whole file with a tensor of this name, and without a dtype. */
async function namedTensor(name: string): Promise<TinyChanges> {
  const weights = await withHeader((header) => header.replace(/^\{/, `{${JSON.stringify(name)}:{},`));
  return file("model.safetensors", weights);
}

/** Moves every tensor one f32 towards the start of the file. */
const moved = (header: string): string =>
  header.replaceAll(/\[(\d+),(\d+)\](?=\})/g, (all, from, to) => (from === "0" ? all : `[${from - 4},${to - 4}]`));

const configs: readonly Case[] = [
  ["not JSON", file("config.json", "{"), "bad-config", /config\.json is not JSON/],
  ["empty", file("config.json", ""), "bad-config", /config\.json is not JSON/],
  ["a list", file("config.json", "[]"), "bad-config", /holds no object; wanted/],
  ["another family", config({ model_type: "gpt2" }), "bad-config", /model_type is "gpt2".*"bert"/],
  ["a field missing", config({ hidden_size: undefined }), "bad-config", /hidden_size is missing; wanted/],
  ["another missing", config({ num_hidden_layers: undefined }), "bad-config", /num_hidden_layers is missing/],
  ["heads that do not divide", config({ num_attention_heads: 3 }), "bad-config", /16 is not divisible .* 3/],
  ["a negative size", config({ intermediate_size: -32 }), "bad-config", /intermediate_size is -32; wanted .* from 1/],
  ["no layers", config({ num_hidden_layers: 0 }), "bad-config", /num_hidden_layers is 0; wanted .* from 1/],
  ["10⁹ layers", config({ num_hidden_layers: 1e9 }), "bad-config", /num_hidden_layers is 1000000000; .* to 256/],
  ["half a layer", config({ num_hidden_layers: 1.5 }), "bad-config", /num_hidden_layers is 1\.5; wanted a whole/],
  ["a word for a number", config({ vocab_size: "many" }), "bad-config", /vocab_size is "many"; wanted a whole/],
  ["another activation", config({ hidden_act: "mish" }), "bad-config", /hidden_act is "mish"; wanted one of gelu,/],
  ["ALiBi", config({ alibi_starting_size: 512 }), "bad-config", /alibi_starting_size is 512.*ALiBi in place/],
  [
    "rotary",
    config({ position_embedding_type: "rotary" }),
    "bad-config",
    /position_embedding_type is "rotary"; wanted "absolute"\. Relative, rotary and ALiBi/,
  ],
  [
    "rotary, of its own",
    config({ rotary_emb_fraction: 1 }),
    "bad-config",
    /rotary_emb_fraction is 1.*rotary positions/,
  ],
  ["relative positions", config({ relative_attention: true }), "bad-config", /relative_attention is true/],
  ["LayerNorms before", config({ prenorm: true }), "bad-config", /prenorm is true.*LayerNorms before the sums/],
  [
    "a quantised one",
    config({ quantization_config: { bits: 8 } }),
    "bad-config",
    /quantization_config is \{"bits":8\}/,
  ],
  [
    "a decoder",
    config({ is_decoder: true }),
    "bad-config",
    /is_decoder is true, .* a decoder.*set is_decoder to false/,
  ],
  ["cross-attention", config({ add_cross_attention: true }), "bad-config", /add_cross_attention is true.*to false/],
  [
    "pruned heads",
    config({ pruned_heads: { 0: [1], 3: [0] } }),
    "bad-config",
    /heads off layers 0, 3, .*before it was/,
  ],
  ["dropout 1", config({ hidden_dropout_prob: 1 }), "bad-config", /hidden_dropout_prob is 1; wanted .* to 0\.99/],
];

const weights: readonly Case[] = [
  [
    "a missing tensor",
    only(() => null, context),
    "missing-tensor",
    /no bert\.encoder\.layer\.0\.attention\.output\.dense\.weight \[16, 16\]/,
  ],
  [
    "more layers than tensors",
    config({ num_hidden_layers: 2 }),
    "missing-tensor",
    /no bert\.encoder\.layer\.1\.attention\.self\.query\.weight/,
  ],
  [
    "a wrong shape",
    only(({ name }) => ({ name, shape: [16, 8], data: new Float32Array(128) }), pooler),
    "shape-mismatch",
    /pooler\.dense\.weight has shape \[16, 8\]; config\.json asks for \[16, 16\]/,
  ],
  ...[Number.NaN, Number.NEGATIVE_INFINITY].map((value): Case => [
    `a weight of ${value}`,
    only((tensor) => ({ ...tensor, data: tensor.data.with(3, value) }), pooler),
    "bad-tensors",
    new RegExp(
      `pooler\\.dense\\.weight of model\\.safetensors holds ${value} at place 4 of 256: .*an earlier checkpoint`,
    ),
  ]),
  ["a config for other sizes", config({ hidden_size: 32 }), "shape-mismatch", /has shape .*; config\.json asks for/],
  [
    "one tensor under two names",
    { tensors: (all) => [...all, ...all.slice(0, 1).map((one) => ({ ...one, name: one.name.replace("bert.", "") }))] },
    "bad-tensors",
    /Both bert\.embeddings\S+ and embeddings\S+ stand for/,
  ],
  ["an empty file", file("model.safetensors", ""), "bad-tensors", /0 bytes long; .* at least 8/],
  [
    "a text file",
    file("model.safetensors", "version https://git-lfs"),
    "bad-tensors",
    /announces a header of \d+ bytes/,
  ],
  ["a cut-off file", file("model.safetensors", whole.slice(0, whole.size - 1)), "bad-tensors", /it is cut off/],
  ["a cut-off header", file("model.safetensors", whole.slice(0, 100)), "bad-tensors", /only 92 follow/],
  ["no tensors at all", file("model.safetensors", writeSafetensors([])), "missing-tensor", /word_embeddings/],
  ["a directory", file("model.safetensors", new DirectoryBlob()), "bad-tensors", /Is it a folder/],
  ["a text as pytorch_model.bin", pickled(new Blob(["version https://git-lfs"])), "bad-tensors", /torch\.save\(\)/],
  [
    "a program as pytorch_model.bin",
    pickled(torchZip(pickleOf(put.reduce(put.global("os", "system"), put.text("echo run"))))),
    "bad-tensors",
    /pytorch_model\.bin is refused: it asks for the Python name "os\.system"/,
  ],
  ["a pytorch_model.bin without tensors", pickled(torchFile([])), "bad-tensors", /pytorch_model\.bin holds nothing/],
  ["no weights", file("model.safetensors", null), "bad-model", /neither model\.safetensors nor pytorch_model/],
];

const vocabularies: readonly Case[] = [
  [
    "shorter than the model's",
    { vocabulary: tinyVocabulary.slice(0, -3) },
    "bad-tokenizer",
    /19 tokens.*22: it is much shorter/,
  ],
  ["longer than the model's", { vocabulary: [...tinyVocabulary, "x"] }, "bad-tokenizer", /23 tokens.*22: it is longer/],
  ["without [UNK]", { vocabulary: tinyVocabulary.map((one) => one.replace("[UNK]", "?")) }, "bad-tokenizer", /\[UNK\]/],
  ["empty", file("vocab.txt", ""), "bad-tokenizer", /lacks the token \[UNK\] among its 0/],
  ["not UTF-8", file("vocab.txt", new Blob([new Uint8Array([0xff, 0xfe, 0x0a])])), "bad-model", /not UTF-8/],
  ["missing", file("vocab.txt", null), "bad-model", /neither tokenizer\.json nor vocab\.txt/],
  ["a tokenizer.json that is none", file("tokenizer.json", "{}"), "bad-tokenizer", /tokenizer\.json has no model/],
];

let workspace: Workspace;
beforeAll(async () => {
  workspace = await tinyWorkspace();
});

/** How the folder is refused, and whether the workspace works on with the model it had. */
async function refusalOfModel(files: readonly FolderFile[]) {
  const before = workspace.loaded.checkpoint;
  const { code, message } = await refusalOf(workspace.loadModel(files));
  const data = await workspace.prepareData(anyChoice, tinyLength);
  return { code, message, kept: workspace.loaded.checkpoint === before && data.train.count === 16 };
}

const refused = (code: string, message: RegExp) => ({ code, message: expect.stringMatching(message), kept: true });

describe.each([
  ["config.json", configs],
  ["model.safetensors", weights],
  ["the vocabulary", vocabularies],
])("%s", (_, cases) => {
  test.each(cases)("%s", async (_, changes, code, message) => {
    expect(await refusalOfModel(tinyFolder(changes))).toEqual(refused(code, message));
  });
});

test.each([
  ["offsets that overlap", moved, /"bert\.\S+" and "bert\.\S+" of model\.safetensors overlap/],
  [
    "a dtype that is not read",
    (header: string) => header.replaceAll('"F32"', '"I32"'),
    /dtype I32 .*; F64, F32, F16 and BF16/,
  ],
  [
    "a dtype of another width",
    (header: string) => header.replace('"F32"', '"F64"'),
    /bytes, but shape .* in F64 takes/,
  ],
  [
    "a shape that is negative",
    (header: string) => header.replace(/"shape":\[/, '"shape":[-'),
    /no shape of whole numbers/,
  ],
  ["no JSON", (header: string) => `${header.slice(0, -5)}     `, /not JSON/],
] as const)("a safetensors header with %s", async (_, change, message) => {
  const changed = tinyFolder(file("model.safetensors", await withHeader(change)));
  expect(await refusalOfModel(changed)).toEqual(refused("bad-tensors", message));
});

test.each([
  ["a model_type of 2 MB", () => config({ model_type: "bert\n".repeat(400_000) }), "bad-config"],
  [
    "a tensor's name of 20 MB, with a terminal's escapes",
    () => namedTensor("\u001b[2J\u202e".repeat(4_000_000)),
    "bad-tensors",
  ],
] as const)("%s is told in one line", async (_, changed, code) => {
  const { message, ...rest } = await refusalOfModel(tinyFolder(await changed()));
  expect(rest).toEqual({ code, kept: true });
  expect(message.length).toBeLessThanOrEqual(300);
  expect(message).not.toMatch(/[\p{Cc}\u202e]/u);
});

test("files of another kind: none, a table, a broken .zip", async () => {
  const one = (path: string, content: string) => [{ path, file: new Blob([content]) }];
  expect(await refusalOfModel([])).toEqual(refused("bad-model", /no config\.json among the 0 files/));
  const table = await refusalOfModel(one("train.tsv", "a\tb"));
  expect(table).toEqual(refused("bad-model", /no config\.json .*\(train\.tsv\).*Drop/));
  const zip = await refusalOfModel(one("model.zip", "PK\u0003\u0004 cut off"));
  expect(zip).toEqual(refused("bad-archive", /model\.zip/));
});

/** A file from a slow disk. */
class SlowBlob extends Blob {
  override slice(...part: Parameters<Blob["slice"]>): Blob {
    const slice = super.slice(...part);
    const read = slice.arrayBuffer.bind(slice);
    slice.arrayBuffer = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return await read();
    };
    return slice;
  }
}

test("of two models given one after the other the later is kept, also when it is read first", async () => {
  const first = refusalOf(workspace.loadModel(tinyFolder(file("model.safetensors", new SlowBlob([whole])))));
  await workspace.loadModel(tinyFolder());
  const kept = workspace.loaded.checkpoint;
  expect((await first).code).toBe("stopped");
  expect(workspace.loaded.checkpoint).toBe(kept);
});
