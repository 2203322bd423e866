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
