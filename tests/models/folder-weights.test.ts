import { describe, expect, test } from "vitest";
import { openFolder } from "../../src/models/folder.ts";
import { openWeights } from "../../src/models/folder-weights.ts";
import { writeSafetensors } from "../../src/models/safetensors.ts";
import { pickleOf, put, torchFile, torchZip } from "./torch-file.ts";

const tensors = [{ name: "a", shape: [2], data: Float32Array.of(1, 2) }];
const open = async (files: Readonly<Record<string, Blob>>) => {
  const all = { "config.json": new Blob(["{}"]), "vocab.txt": new Blob(["a"]), ...files };
  const folder = await openFolder(Object.entries(all).map(([path, file]) => ({ path, file })));
  return await openWeights(folder);
};

describe("weights are opened by what they hold", () => {
  test.each([
    ["model.safetensors", writeSafetensors(tensors)],
    ["pytorch_model.bin", writeSafetensors(tensors)],
    ["model.safetensors", torchFile(tensors)],
    ["pytorch_model.bin", torchFile(tensors)],
  ])("%s", async (name, blob) => {
    const file = await open({ [name]: blob });
    expect(file.name).toBe(name);
    expect(await file.read("a")).toEqual(Float32Array.of(1, 2));
  });

  test("what is neither is told by its name", async () => {
    const text = new Blob(["no weights at all"]);
    await expect(open({ "pytorch_model.bin": text })).rejects.toThrow(/is no file that torch\.save\(\) writes/);
    await expect(open({ "model.safetensors": text })).rejects.toThrow(/model\.safetensors/);
  });
});

describe("weights in several parts", () => {
  const parts = [
    [
      { name: "module.layer.module.a", shape: [2], data: Float32Array.of(1, 2) },
      { name: "b", shape: [1], data: Float32Array.of(3) },
    ],
    [{ name: "c", shape: [2], data: Float32Array.of(4, 5) }],
  ];
  const indexOf = (map: object): Blob => new Blob([JSON.stringify({ metadata: {}, weight_map: map })]);
  const partOf = (ending: string, number: number): string =>
    `${ending === "bin" ? "pytorch_model" : "model"}-0000${number}-of-00002.${ending}`;

  test.each([
    ["model.safetensors.index.json", "safetensors", writeSafetensors],
    ["pytorch_model.bin.index.json", "bin", torchFile],
  ] as const)("are read as one by %s", async (indexName, ending, write) => {
    const map = Object.fromEntries(
      parts.flatMap((tensors, at) => tensors.map(({ name }) => [name, partOf(ending, at + 1)])),
    );
    const files = Object.fromEntries(parts.map((tensors, at) => [partOf(ending, at + 1), write(tensors)]));
    const file = await open({ [indexName]: indexOf(map), ...files });
    expect(file.name).toBe(indexName);
    expect([...file.entries].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
      ["layer.a", "F32", [2]],
      ["b", "F32", [1]],
      ["c", "F32", [2]],
    ]);
    const read = [];
    for (const name of file.entries.keys()) read.push([...(await file.read(name))]);
    expect(read).toEqual([[1, 2], [3], [4, 5]]);
    await expect(file.read("d")).rejects.toMatchObject({ code: "missing-tensor" });
  });

  test("are not read where one file holds them all", async () => {
    const whole = { "model.safetensors": writeSafetensors(tensors), "model.safetensors.index.json": new Blob(["no"]) };
    expect((await open(whole)).name).toBe("model.safetensors");
  });

  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`t${at}`, `part-${at}.bin`]));
  test.each([
    [
      "parts that are not there",
      { a: "x.bin", b: "y.bin", c: "x.bin" },
      /lacks 2 of its 2 parts: x\.bin, y\.bin\. Add/,
    ],
    ["no part", {}, /names 0 files of weights; wanted are 1 to 1000\..*max_shard_size/],
    ["too many parts", many, /names 1001 files of weights/],
    ["a file of another folder", { a: "../model.bin" }, /is no index of weights \(weight_map\.a: .*get it again/],
    ["numbers", { a: 1 }, /is no index of weights \(weight_map\.a: /],
  ])("are refused where the index names %s", async (_, map, message) => {
    const opening = open({ "pytorch_model.bin.index.json": indexOf(map) });
    await expect(opening).rejects.toMatchObject({ code: "bad-model", message: expect.stringMatching(message) });
  });

  test("are refused where the index has no map", async () => {
    const opening = open({ "model.safetensors.index.json": new Blob(["[]"]) });
    await expect(opening).rejects.toThrow(/is no index of weights \(.*weight_map/);
  });
});

describe("the names of wrappers within", () => {
  const named = (...names: readonly string[]) =>
    open({
      "model.safetensors": writeSafetensors(names.map((name, at) => ({ name, shape: [1], data: Float32Array.of(at) }))),
    });

  test.each([
    [
      ["bert._orig_mod.a", "bert.b"],
      ["bert.a", "bert.b"],
    ],
    [["_fsdp_wrapped_module.bert.layer.0._fsdp_wrapped_module.a"], ["bert.layer.0.a"]],
    [["bert.layer.0._checkpoint_wrapped_module.a"], ["bert.layer.0.a"]],
    [
      ["bert.module.a", "classifier.module.b"],
      ["bert.a", "classifier.b"],
    ],
  ])("%o are %o", async (names, wanted) => {
    const file = await named(...names);
    expect([...file.entries.keys()]).toEqual(wanted);
    expect(await Promise.all(wanted.map((name) => file.read(name)))).toEqual(names.map((_, at) => Float32Array.of(at)));
    expect(file.notes).toEqual([expect.stringMatching(/^The names .* of wrappers were taken off its tensors\.$/)]);
  });

  test("are taken off a training checkpoint's tensors, whose key is still told", async () => {
    const state = put.dict({ "bert._orig_mod.a": put.tensor(put.storage("0", 1), 0, [1], [1]) });
    const zip = torchZip(pickleOf(put.dict({ state_dict: state })), { "0": new Uint8Array(4) });
    const file = await open({ "pytorch_model.bin": zip });
    expect([file.key, ...file.entries.keys()]).toEqual(["state_dict", "bert.a"]);
  });

  test.each([[["module.a", "module.b"]], [["a.module.b", "a.b"]], [["a", "b"]]])(
    "%o are left as they are",
    async (names) => {
      const file = await named(...names);
      expect([...file.entries.keys(), ...(file.notes ?? [])]).toEqual(names);
    },
  );
});
