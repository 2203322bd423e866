import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { openPytorch } from "../../../src/models/torch/pytorch.ts";
import { openSafetensors } from "../../../src/models/safetensors.ts";
import { refusalOf } from "../../experiment/refusal.ts";
import { pickleOf, put, torchZip, type Piece } from "../torch-file.ts";

const golden = (name: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(readFileSync(fileURLToPath(new URL(`../../golden/pytorch/${name}`, import.meta.url))));
const layouts = ["zip.bin", "zip-protocol4.bin", "legacy.bin", "legacy-protocol4.bin"];
const open = (bytes: Uint8Array<ArrayBuffer>) => openPytorch(new Blob([bytes]), "m.bin");
const bitsOf = (values: Float32Array): Uint32Array => new Uint32Array(values.slice().buffer);

/** Opens the value as the data.pkl of a zip file, whose storage "0" has 24 bytes. */
const openValue = (value: Piece, storages = { "0": new Uint8Array(24) }) =>
  openPytorch(torchZip(pickleOf(value), storages), "m.bin");
const storage = put.storage("0", 6);
const tensor = put.tensor(storage, 0, [2, 3], [3, 1]);

describe("files that torch.save() wrote", () => {
  const unread = ["position_ids", "double", "repeated"];

  test.each(layouts)("%s holds what the safetensors of the same values holds", async (layout) => {
    const file = await open(golden(layout));
    const wanted = await openSafetensors(new Blob([golden("values.safetensors")]), "values");
    expect([...file.entries.keys()]).toEqual([...wanted.entries.keys()]);
    for (const [name, { dtype, shape }] of wanted.entries) {
      expect([name, file.entries.get(name)]).toEqual([name, { dtype, shape }]);
      if (unread.includes(name)) continue;
      expect([name, bitsOf(await file.read(name))]).toEqual([name, bitsOf(await wanted.read(name))]);
    }
  });

  test.each(layouts)("%s: dtypes and views that are not read are named", async (layout) => {
    const file = await open(golden(layout));
    await expect(file.read("position_ids")).rejects.toThrow(
      /"position_ids" of m\.bin has dtype I64 \(whole.*; F64, F32, F16 and BF16/,
    );
    expect(await file.read("double")).toBeInstanceOf(Float32Array);
    await expect(file.read("repeated")).rejects.toThrow(/"repeated" .* repeats 3 values to fill \[4, 3\]/);
    await expect(file.read("absent")).rejects.toMatchObject({ code: "missing-tensor" });
  });

  test.each(layouts)("%s cut off anywhere is refused", async (layout) => {
    const bytes = golden(layout);
    for (let length = 0; length < bytes.length; length += length < 8 ? 1 : 37) {
      const { code } = await refusalOf(open(bytes.slice(0, length)));
      expect(["bad-tensors", "bad-archive"]).toContain(code);
    }
    await refusalOf(open(bytes.slice(0, -1)));
  });

  test("opening the zip layout reads none of the tensors", async () => {
    let readBytes = 0;
    class Counted extends Blob {
      override slice(begin?: number, end?: number): Blob {
        return new Counted([super.slice(begin, end)]);
      }
      override arrayBuffer(): Promise<ArrayBuffer> {
        readBytes += this.size;
        return super.arrayBuffer();
      }
    }
    const large = torchZip(pickleOf(put.dict({ a: put.tensor(put.storage("0", 4e6), 0, [4e6], [1]) })), {
      "0": new Uint8Array(16e6),
    });
    const file = await openPytorch(new Counted([large]), "m.bin");
    expect(readBytes).toBeLessThan(100_000);
    expect((await file.read("a")).length).toBe(4e6);
    expect(readBytes).toBeGreaterThan(16e6);
  });

  test("a flipped byte of a weight is told when it is read", async () => {
    const pickle = pickleOf(put.dict({ a: put.tensor(put.storage("0", 2), 0, [2], [1]) }));
    const zip = new Uint8Array(await torchZip(pickle, { "0": new TextEncoder().encode("weights!") }).arrayBuffer());
    zip[Buffer.from(zip).indexOf("weights!")] = 0;
    const file = await openPytorch(new Blob([zip]), "m.bin");
    await expect(file.read("a")).rejects.toMatchObject({
      code: "bad-archive",
      message: expect.stringMatching(/CRC-32/),
    });
  });
});

describe("a training checkpoint", () => {
  const numbered = (value: Piece): Piece => [0x7d, ...put.int(0), ...value, 0x73];
  const optimizer = put.dict({ state: numbered(put.dict({ step: put.int(7), exp_avg: tensor })) });

  test.each([
    [
      "Lightning's, with objects beside the weights",
      {
        epoch: put.int(2),
        "pytorch-lightning_version": put.text("1.9.5"),
        state_dict: put.dict({ "model.a": tensor }),
        optimizer_states: put.list(optimizer),
        // Callbacks were once kept by their class.
        callbacks: [0x7d, ...put.global("pytorch_lightning.callbacks", "EarlyStopping"), ...put.dict({}), 0x73],
        hyper_parameters: put.dict({
          path: put.reduce(put.global("pathlib", "PosixPath"), put.text("data")),
          namespace: [...put.reduce(put.global("argparse", "Namespace")), ...put.dict({ lr: put.int(1) }), 0x62],
          rates: [...put.reduce(put.global("collections", "defaultdict"), put.global("builtins", "list")), 0x28, 0x75],
          own: [...put.global("__main__", "Settings"), 0x29, 0x81],
          chosen: [0x8f, 0x28, ...put.int(1), 0x90],
          raw: [0x43, 2, 0xff, 0x00],
        }),
      },
      "state_dict",
      "model.a",
    ],
    [
      "a script's",
      { epoch: put.int(3), model_state_dict: put.dict({ a: tensor }), optimizer },
      "model_state_dict",
      "a",
    ],
    ["one with another name", { best_weights: put.dict({ a: tensor }), lr: put.int(1) }, "best_weights", "a"],
    [
      "one that holds a running mean too",
      { ema: put.dict({ a: tensor }), model: put.dict({ b: tensor }) },
      "model",
      "b",
    ],
  ] as const)("%s: its weights are read, and it is said where", async (_, entries, key, name) => {
    const file = await openValue(put.dict(entries));
    expect([...file.entries.keys()]).toEqual([name]);
    expect(file.notes).toEqual([`Of m.bin, the weights under "${key}" are read.`]);
    expect((await file.read(name)).length).toBe(6);
  });

  test("a state dict says nothing, and what of it is no tensor is passed over", async () => {
    const file = await openValue(put.dict({ a: tensor, "a._extra_state": put.none, steps: put.int(4) }));
    expect([...file.entries.keys(), ...(file.notes ?? [])]).toEqual(["a"]);
  });

  test("parameters with attributes and tensors of a class of their own are tensors", async () => {
    const flags = [0x89, ...put.none] as const;
    const parameter = put.reduce(
      put.global("torch._utils", "_rebuild_parameter_with_state"),
      tensor,
      flags,
      put.dict({}),
    );
    const parts = put.tuple(storage, put.int(0), put.tuple(put.int(6)), put.tuple(put.int(1)), flags);
    const rebuild = put.global("torch._utils", "_rebuild_tensor_v2");
    const own = put.global("my.tensors", "Tagged");
    const tagged = put.reduce(put.global("torch._tensor", "_rebuild_from_type_v2"), rebuild, own, parts, put.dict({}));
    const file = await openValue(put.dict({ parameter, tagged }));
    expect([...file.entries].map(([name, { shape }]) => [name, shape])).toEqual([
      ["parameter", [2, 3]],
      ["tagged", [6]],
    ]);
    const looped = put.reduce(put.global("torch._tensor", "_rebuild_from_type_v2"), put.global("a", "b"), own, parts);
    expect((await refusalOf(openValue(put.dict({ looped })))).message).toMatch(
      /a Python object \(a\.b\) under "looped"/,
    );
  });

  test("several dicts of tensors, none of a usual name: it asks", async () => {
    const both = put.dict({ student: put.dict({ a: tensor }), teacher: put.dict({ a: tensor }) });
    expect((await refusalOf(openValue(both))).message).toMatch(/tensors under "student", "teacher"; it is unclear/);
  });
});

describe("openPytorch refuses by name", () => {
  const attack = put.text("echo run");
  const cases: readonly (readonly [string, Piece, RegExp])[] = [
    ["os.system", put.reduce(put.global("os", "system"), attack), /asks for the Python name "os\.system"/],
    ["posix.system", put.reduce(put.global("posix", "system"), attack), /"posix\.system"/],
    ["eval", put.dict({ a: put.reduce(put.global("builtins", "eval"), attack) }), /"builtins\.eval"/],
    ["a name from the stack", [...put.text("builtins"), ...put.text("exec"), 0x93], /"builtins\.exec"/],
    ["other names of torch", put.global("torch.hub", "load"), /"torch\.hub\.load"/],
    ["a path through torch", put.global("torch", "_utils.os.system"), /"torch\._utils\.os\.system"/],
    ["names of objects", put.global("__proto__", "constructor"), /"__proto__\.constructor"/],
    ["a storage that is called", put.reduce(put.global("torch", "FloatStorage"), put.int(9)), /it calls the global/],
    ["a tensor that is called", put.reduce(tensor, put.int(9)), /it calls a tensor/],
    [
      "values as an OrderedDict",
      put.reduce(put.global("collections", "OrderedDict"), put.list()),
      /out of other values/,
    ],
    ["BUILD on a tensor", [...tensor, ...put.dict({ a: attack }), 0x62], /the pickle opcode BUILD on a tensor/],
    ["BUILD on a name", [...put.global("torch", "FloatStorage"), ...put.dict({}), 0x62], /BUILD on the global/],
    ["BUILD with a text", [...put.dict({}), ...attack, 0x62], /BUILD with a string/],
    ["INST", [0x28, ...attack, 0x69, 0x6f, 0x73, 0x0a], /the pickle opcode INST/],
    ["OBJ", [0x28, 0x6f], /the pickle opcode OBJ/],
    [
      "NEWOBJ",
      [...put.global("torch", "FloatStorage"), 0x29, 0x81],
      /it makes an object of the global torch\.FloatStorage/,
    ],
    ["an extension", [0x82, 1], /the pickle opcode EXT1/],
    ["a persistent id as text", [0x50, 0x61, 0x0a], /the pickle opcode PERSID/],
    ["a module as a persistent id", [...put.tuple(put.text("module"), put.text("os")), 0x51], /no storage of tensors/],
    ["appending to a tensor", [...tensor, ...put.int(1), 0x61], /it appends to a tensor/],
    ["items of a list", [...put.list(), ...put.text("a"), ...put.int(1), 0x73], /it sets items of a list/],
  ];
  test.each(cases)("%s", async (_name, value, message) => {
    const refusal = await refusalOf(openValue(value));
    expect(refusal.code).toBe("bad-tensors");
    expect(refusal.message).toMatch(message);
    expect(refusal.message).toMatch(/nothing in it was run/);
  });

  test.each([
    "builtins.eval",
    "builtins.getattr",
    "builtins.str.format",
    "posix.system",
    "subprocess.Popen",
    "importlib.import_module",
    "torch.serialization.os.system",
    "numpy.testing._private.utils.runstring.system",
    "__main__.__builtins__",
    "operator.attrgetter",
  ])("%s, wherever it stands", async (name) => {
    const [, module = "", own = ""] = /^(.*)\.([^.]+)$/.exec(name) ?? [];
    const beside = put.dict({ state_dict: put.dict({ a: tensor }), hyper_parameters: put.global(module, own) });
    const { message } = await refusalOf(openValue(beside));
    expect(message).toContain(`asks for the Python name "${name}"`);
    expect(message).toMatch(/nothing in it was run/);
  });

  test("a whole module, with the line that saves its weights", async () => {
    const module = [...put.global("__main__", "Net"), 0x29, 0x81, ...put.dict({ training: [0x89] }), 0x62];
    expect((await refusalOf(openValue(module))).message).toBe(
      "m.bin holds a Python object (__main__.Net), as torch.save(model) pickles a whole module; it is not run here. Save " +
        'its weights alone: torch.save(torch.load("m.bin", weights_only=False).state_dict(), "pytorch_model.bin").',
    );
    const under = put.dict({ epoch: put.int(3), model: module });
    expect((await refusalOf(openValue(under))).message).toContain('weights_only=False)["model"].state_dict()');
  });

  test("the same in the legacy layout, in any of its pickles", async () => {
    const legacy = golden("legacy.bin");
    const magic = legacy.slice(0, 15);
    const version = pickleOf(put.int(1001));
    const bad = pickleOf(put.reduce(put.global("os", "system"), put.text("x")));
    for (const pickles of [[bad], [magic, bad], [magic, version, bad], [magic, version, pickleOf(put.dict({})), bad]]) {
      expect((await refusalOf(openPytorch(new Blob(pickles), "m.bin"))).message).toMatch(/"os\.system"/);
    }
  });
});

describe("openPytorch refuses what is damaged or too much", () => {
  const many = (count: number, ...piece: readonly number[]): Piece => Array.from({ length: count }, () => piece).flat();
  const rebuilt = put.global("torch._utils", "_rebuild_tensor_v2");
  const parameter = put.global("torch._utils", "_rebuild_parameter");
  const cases: readonly (readonly [string, Piece, RegExp])[] = [
    ["an empty stack", [], /empty stack/],
    ["a value below a mark", [...put.int(1), 0x28, 0x85], /empty stack/],
    ["a mark that was never set", [0x74], /closes a mark/],
    ["a memo that was never kept", [0x68, 7], /recalls value 7/],
    ["an unknown opcode", [0xff], /0xff is no pickle opcode/],
    ["another protocol", [0x80, 9], /protocol 9/],
    ["a text of 4 GB", [0x58, 255, 255, 255, 255], /4294967295 more bytes are wanted/],
    ["a text of 2^64 bytes", [0x8d, ...many(8, 255)], /18446744073709552000 more bytes are wanted/],
    ["a frame beyond the end", [0x95, 255, 0, 0, 0, 0, 0, 0, 0], /255 more bytes are wanted/],
    ["an integer of 200 bytes", [0x8a, 200, ...many(200, 1)], /integer of 200 bytes/],
    ["a name that is not UTF-8", [0x8c, 1, 0xff], /not UTF-8/],
    ["a name that does not end", [0x63, ...many(2000, 0x61)], /does not end/],
    ["a key without a value", [0x7d, 0x28, ...put.text("a"), 0x75], /a key has no value/],
    ["60,000 values on the stack", many(60_000, 0x4e), /stacks more than 50000/],
    ["60,000 marks", many(60_000, 0x28), /more than 50000 marks/],
    ["500,000 steps", [0x4e, ...many(250_000, 0x71, 0), 0x4e, ...many(250_000, 0x71, 0)], /more than 400000 steps/],
    ["a list, not a state dict", put.list(), /m\.bin holds a list\. Wanted is a state dict/],
    ["a dict in the state dict", put.dict({ config: put.dict({}) }), /holds a dict under "config"/],
    [
      "a storage of another size",
      put.dict({ a: put.tensor(put.storage("0", 5), 0, [1], [1]) }),
      /24 bytes instead of 20/,
    ],
    ["a storage that is missing", put.dict({ a: put.tensor(put.storage("9", 6), 0, [1], [1]) }), /"9" is missing/],
    ["a path as a storage", put.dict({ a: put.tensor(put.storage("../data.pkl", 6), 0, [1], [1]) }), /is missing/],
    ["a storage in two ways", put.list(storage, put.storage("0", 6, "IntStorage")), /described in two ways/],
    ["a tensor beyond its storage", put.tensor(storage, 1, [2, 3], [3, 1]), /ends at value 7 of a storage of 6/],
    ["strides beyond it", put.tensor(storage, 0, [2, 3], [4, 1]), /ends at value 7 of/],
    ["a huge shape", put.tensor(storage, 0, Array(16).fill(2 ** 31 - 1), Array(16).fill(2 ** 31 - 1)), /ends at value/],
    ["17 dimensions", put.tensor(storage, 0, Array(17).fill(1), Array(17).fill(1)), /no shape, strides and offset/],
    ["a negative offset", put.tensor(storage, -1, [1], [1]), /no shape, strides and offset/],
    ["a negative stride", put.tensor(storage, 5, [2], [-1]), /no shape, strides and offset/],
    ["a stride too few", put.tensor(storage, 0, [2, 3], [3]), /no shape, strides and offset/],
    ["a tensor of a text", put.reduce(rebuilt, put.text("x")), /a tensor is made of a string/],
    ["a tensor of nothing", put.reduce(rebuilt), /a tensor is made of nothing/],
    ["a parameter of a list", put.reduce(parameter, put.list()), /a parameter is made of a list/],
  ];
  test.each(cases)("%s", async (_name, value, message) => {
    const refusal = await refusalOf(openValue(value));
    expect(refusal.code).toBe("bad-tensors");
    expect(refusal.message).toMatch(message);
  });

  test("lists that hold themselves, or double 40 times, cost nothing", async () => {
    const itself = [...put.list(), 0x71, 0, 0x68, 0, 0x61];
    expect((await refusalOf(openValue(itself))).message).toMatch(/holds a list/);
    const doubled = [...put.list(), ...many(40, 0x71, 0, 0x68, 0, 0x86)];
    expect((await refusalOf(openValue(doubled))).message).toMatch(/holds a tuple/);
  });

  test("tuples 100,000 deep", async () => {
    const deep = put.dict({ a: [0x4e, ...many(100_000, 0x85)] });
    expect((await refusalOf(openValue(deep))).message).toMatch(/holds a tuple under "a"/);
  });

  const good = pickleOf(put.dict({ a: tensor }));
  const values = { "0": new Uint8Array(24) };
  const empty = new Uint8Array();
  const numbered = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`archive/x${index}`, empty]));
  const packed = zipSync({ "archive/data.pkl": [good, { level: 0 }], "archive/data/0": new Uint8Array(24) });
  const files: readonly (readonly [string, Blob, string, RegExp])[] = [
    ["an empty file", new Blob([]), "bad-tensors", /m\.bin \(0 bytes\) is no file that torch\.save\(\) writes/],
    ["a text", new Blob(["version https://git-lfs"]), "bad-tensors", /is no file that torch\.save\(\) writes/],
    ["some other pickle", new Blob([pickleOf(put.dict({}))]), "bad-tensors", /none that torch\.save\(\) writes/],
    ["a name that climbs out", torchZip(good, values, { "../x": empty }), "bad-archive", /unsafe name "\.\.\/x"/],
    ["10,000 entries", torchZip(good, values, numbered), "bad-archive", /holds 10\d\d\d files; at most 4000/],
    ["no data.pkl", new Blob([zipSync({ "a/b": empty }).slice()]), "bad-tensors", /no data\.pkl/],
    ["two of them", torchZip(good, values, { "other/data.pkl": good }), "bad-tensors", /more than one data\.pkl/],
    ["a compressed storage", new Blob([packed.slice()]), "bad-tensors", /"0" is compressed/],
    [
      "big-endian values",
      torchZip(good, values, { "archive/byteorder": new TextEncoder().encode("big") }),
      "bad-tensors",
      /not in little-endian order/,
    ],
    ["a pickle of 17 MB", torchZip(new Uint8Array(17_000_000)), "bad-tensors", /at most 16000000 are read/],
  ];
  test.each(files)("%s", async (_name, blob, code, message) => {
    expect(await refusalOf(openPytorch(blob, "m.bin"))).toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test("a name spelled like a property of all objects is a name like any other", async () => {
    const file = await openValue(put.dict({ constructor: tensor, toString: tensor }));
    expect([...file.entries.keys()]).toEqual(["constructor", "toString"]);
    expect((await file.read("constructor")).length).toBe(6);
  });
});

describe("any bytes give tensors or an AppError", () => {
  const readAll = async (blob: Blob): Promise<void> => {
    try {
      const file = await openPytorch(blob, "m.bin");
      for (const [name, { shape }] of file.entries) {
        const values = await file.read(name).catch((error: unknown) => {
          if (error instanceof AppError) return null;
          throw error;
        });
        if (values !== null) expect(values.length).toBe(shape.reduce((product, extent) => product * extent, 1));
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      expect(error.message.length).toBeGreaterThan(20);
    }
  };
  const pickle = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc
      .array(
        fc.constantFrom<Piece[]>(
          tensor,
          storage,
          put.text("a"),
          put.int(1),
          put.none,
          put.dict({}),
          put.list(),
          [0x28],
          [0x74],
          [0x75],
          [0x73],
          [0x52],
          [0x51],
          [0x62],
          [0x85],
          [0x94],
          [0x68, 0],
          put.global("torch._utils", "_rebuild_parameter"),
        ),
        { maxLength: 12 },
      )
      .map((pieces) => Uint8Array.from(pieces.flat())),
  );

  test("random bytes and opcodes in both layouts", async () => {
    const magic = golden("legacy.bin").slice(0, 15);
    await fc.assert(
      fc.asyncProperty(pickle, async (bytes) => {
        const whole = Uint8Array.from([0x80, 2, ...bytes, 0x2e]);
        await readAll(new Blob([bytes.slice()]));
        await readAll(torchZip(whole, { "0": new Uint8Array(24) }));
        await readAll(new Blob([magic, pickleOf(put.int(1001)), whole, whole, whole]));
      }),
      { numRuns: 500 },
    );
  });

  test.each(layouts)("damage to %s", async (layout) => {
    const good = golden(layout);
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(good.length), async (changes, length) => {
        const copy = good.slice();
        for (const [at, value] of changes) copy[at] = value;
        await readAll(new Blob([copy]));
        await readAll(new Blob([copy.slice(0, length)]));
      }),
      { numRuns: 300 },
    );
  });
});
