import fc from "fast-check";
import { strToU8, Zip, ZipDeflate, ZipPassThrough, zipSync, type Zippable } from "fflate";
import { describe, expect, test } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { openFolder, type FolderFile } from "../../src/models/folder.ts";

const file = (path: string, text = "{}"): FolderFile => ({ path, file: new Blob([text]) });
const needed = ["config.json", "vocab.txt", "model.safetensors"];
const zipOf = (content: Zippable, path = "drop/my-model.zip"): FolderFile[] => [
  { path, file: new Blob([zipSync(content).slice()]) },
];
const modelZip = (prefix = ""): Zippable =>
  Object.fromEntries(needed.map((name) => [`${prefix}${name}`, strToU8(`{"is":"${name}"}`)]));

async function refusalOf(files: readonly FolderFile[]): Promise<AppError> {
  const thrown: unknown = await openFolder(files).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof AppError)) throw new Error(`not refused with an AppError: ${String(thrown)}`);
  return thrown;
}

describe("openFolder finds the model", () => {
  test("in several files", async () => {
    const folder = await openFolder(needed.map((name) => file(name)));
    expect(folder.name).toBe("model");
    expect(folder.names()).toEqual(needed);
    expect(await folder.json("config.json")).toEqual({});
  });

  test("in a dropped directory, shallowest config first, dot files and __MACOSX left out", async () => {
    const folder = await openFolder([
      ...needed.map((name) => file(`/home/bert/${name}`)),
      file("/home/bert/1_Pooling/config.json"),
      file("/home/bert/.DS_Store"),
      file("/home/bert/.cache/config.json"),
      file("/home/__MACOSX/config.json"),
      file("/home/readme.md"),
    ]);
    expect(folder.name).toBe("bert");
    expect(folder.names()).toEqual([...needed, "1_Pooling/config.json"]);
    expect(folder.has("readme.md")).toBe(false);
  });

  test.each(["model.safetensors", "pytorch_model.bin", "pytorch_model.bin.index.json"])(
    "in the only folder inside that holds a %s, where the outer one has a config.json and no weights",
    async (weights) => {
      const inner = ["config.json", "vocab.txt", weights];
      const outer = [file("sbert/config.json"), file("sbert/modules.json"), file("sbert/1_Pooling/config.json")];
      const folder = await openFolder([...outer, ...inner.map((name) => file(`sbert/0_BERT/${name}`))]);
      expect([folder.name, ...folder.names()]).toEqual(["0_BERT", ...inner]);
    },
  );

  test("in the outer folder, where that holds weights itself, or several inside do", async () => {
    const checkpoints = (...steps: readonly number[]): FolderFile[] =>
      steps.flatMap((step) => needed.map((name) => file(`out/checkpoint-${step}/${name}`)));
    const whole = await openFolder([...needed.map((name) => file(`out/${name}`)), ...checkpoints(500)]);
    expect(whole.name).toBe("out");
    const { message } = await refusalOf([file("out/config.json"), file("out/vocab.txt"), ...checkpoints(500, 1000)]);
    expect(message).toMatch(/^out has neither model\.safetensors nor/);
  });

  test("in a zip, with and without a folder inside, deflated and stored", async () => {
    const flat = await openFolder(zipOf(modelZip()));
    expect(flat.name).toBe("my-model");
    expect(await flat.text("vocab.txt")).toBe('{"is":"vocab.txt"}');
    const long = strToU8("x".repeat(300_000) + "end");
    const deep = await openFolder(
      zipOf({ ...modelZip("a/b/"), "a/b/long.txt": long, "a/b/stored.txt": [strToU8("plain"), { level: 0 }] }),
    );
    expect(deep.name).toBe("b");
    expect(await deep.text("long.txt")).toBe("x".repeat(300_000) + "end");
    expect(await deep.text("stored.txt")).toBe("plain");
  });
});

describe("openFolder refuses", () => {
  const without = (name: string): FolderFile[] => needed.filter((other) => other !== name).map((other) => file(other));
  const cases: readonly (readonly [string, readonly FolderFile[], RegExp])[] = [
    ["nothing", [], /no config\.json among the 0 files/],
    ["no config", without("config.json"), /no config\.json among the 2 files \(vocab\.txt, model\.safetensors\)/],
    ["no tokenizer", without("vocab.txt"), /neither tokenizer\.json nor vocab\.txt/],
    ["no weights", without("model.safetensors"), /neither model\.safetensors nor pytorch_model\.bin/],
    [
      "a Lightning checkpoint",
      [...without("model.safetensors"), file("last.ckpt")],
      /last\.ckpt is a PyTorch Lightning/,
    ],
    [
      "parts without an index",
      [...without("model.safetensors"), file("model-00001-of-00002.safetensors")],
      /model-00001-of-00002\.safetensors is one of several parts.*Add model\.safetensors\.index\.json/,
    ],
    [
      "a module of torch.save()",
      [...without("model.safetensors"), file("optimizer.pt"), file("best.pt")],
      /best\.pt is a file of torch\.save\(\).*state_dict\(\), 'pytorch_model\.bin'\)/,
    ],
    [
      "SentencePiece",
      [...without("vocab.txt"), file("spiece.model")],
      /spiece\.model is a vocabulary of SentencePiece/,
    ],
    [
      "SentencePiece of XLM",
      [...without("vocab.txt"), file("sentencepiece.bpe.model")],
      /of which only DeBERTa.s spm\.model is read\. .* writes a tokenizer\.json of it/,
    ],
    [
      "half of a BPE",
      [...without("vocab.txt"), file("merges.txt")],
      /merges\.txt is one of the two .*: add its vocab\.json/,
    ],
    [
      "the other half",
      [...without("vocab.txt"), file("vocab.json")],
      /vocab\.json is one of the two .*: add its merges\.txt/,
    ],
    ["a LoRA adapter", [file("adapter_config.json"), file("vocab.txt")], /adapter_config\.json is a LoRA adapter/],
    ["an ONNX model", [...without("model.safetensors"), file("model.onnx")], /model\.onnx is an ONNX model/],
    [
      "Google's checkpoint, whole sentences of it",
      [
        "bert_config.json",
        "vocab.txt",
        ...["data-00000-of-00001", "index", "meta"].map((end) => `bert_model.ckpt.${end}`),
      ]
        .toSorted()
        .map((name) => file(name)),
      /^There is no config\.json among the 5 files\. bert_model\S+ is a TensorFlow checkpoint\. Convert it [^…]*\(…, from_tf=True\)[^…]*\.$/,
    ],
    ["two models", [...needed.map((name) => file(`a/${name}`)), file("b/config.json")], /models in a\/ and in b\//],
    ["a file twice", [...needed.map((name) => file(name)), file("./vocab.txt")], /vocab\.txt was given twice/],
  ];
  test.each(cases)("%s", async (_name, files, message) => {
    const refusal = await refusalOf(files);
    expect(refusal.code).toBe("bad-model");
    expect(refusal.message).toMatch(message);
  });

  test("a config that is not JSON, text that is not UTF-8, a directory, a missing file: when they are read", async () => {
    class Directory extends Blob {
      override slice(): Blob {
        throw new Error("NotFoundError");
      }
    }
    const folder = await openFolder([
      file("config.json", "{"),
      { path: "vocab.txt", file: new Blob([new Uint8Array([0xff, 0xfe])]) },
      { path: "model.safetensors", file: new Directory(["x"]) },
    ]);
    await expect(folder.json("config.json")).rejects.toMatchObject({ code: "bad-config" });
    await expect(folder.text("vocab.txt")).rejects.toThrow(/not UTF-8/);
    await expect(folder.text("model.safetensors")).rejects.toThrow(/Is it a folder/);
    await expect(folder.blob("merges.txt")).rejects.toThrow(/has no merges\.txt/);
  });
});

describe("archives", () => {
  /** A stored zip of the model and one more entry, whose directory record may then be falsified. */
  function forged(extra: Zippable, change: (view: DataView, at: number) => void): FolderFile[] {
    const bytes = zipSync({ ...modelZip(), ...extra });
    const view = new DataView(bytes.buffer);
    let last = -1;
    for (let at = 0; at + 4 <= bytes.length; at++) if (view.getUint32(at, true) === 0x02014b50) last = at;
    change(view, last);
    return [{ path: "m.zip", file: new Blob([bytes.slice()]) }];
  }
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`${index}`, new Uint8Array()]));
  const huge = (view: DataView, at: number): void => view.setUint32(at + 24, 0xfffffff0, true);
  const same = (): void => undefined;
  const cases: readonly (readonly [string, FolderFile[], RegExp])[] = [
    ["no zip at all", [{ path: "m.zip", file: new Blob(["hello"]) }], /no end record/],
    ["an empty file", [{ path: "m.zip", file: new Blob([]) }], /no end record/],
    ["a cut-off archive", [{ path: "m.zip", file: new Blob([zipSync(modelZip()).slice(0, 90)]) }], /no end record/],
    ["too many files", zipOf(many), /holds 1001 files; at most 1000/],
    ["a name that climbs out", zipOf({ ...modelZip(), "a/../../x": strToU8("") }), /unsafe name "a\/..\/..\/x"/],
    ["an absolute name", zipOf({ ...modelZip(), "/etc/x": strToU8("") }), /unsafe name/],
    ["a drive name", zipOf({ ...modelZip(), "C:\\x": strToU8("") }), /unsafe name/],
    ["an announced bomb", forged({ bomb: strToU8("tiny") }, huge), /would blow bomb up/],
    ["a real bomb", zipOf({ bomb: new Uint8Array(40_000_000) }), /would blow bomb up/],
    ["encryption", forged({ x: strToU8("x") }, (view, at) => view.setUint16(at + 8, 1, true)), /x is encrypted/],
    ["a broken directory", forged({ x: strToU8("x") }, (view, at) => view.setUint32(at, 0, true)), /breaks off/],
  ];
  test.each(cases)("%s is refused", async (_name, files, message) => {
    const refusal = await refusalOf(files);
    expect(refusal.code).toBe("bad-archive");
    expect(refusal.message).toMatch(message);
  });

  test("more than 4 GB in all, though no single file looks like a bomb", async () => {
    const claims = (view: DataView): void => {
      for (let at = 0; at + 46 <= view.byteLength; at++) {
        if (view.getUint32(at, true) !== 0x02014b50) continue;
        view.setUint32(at + 20, 1_500_000_000, true);
        view.setUint32(at + 24, 1_500_000_000, true);
      }
    };
    expect((await refusalOf(forged({}, claims))).message).toMatch(/unpacks to 4500000000 bytes/);
  });

  /** An archive as one writes it who cannot go back: the CRC comes behind an entry's bytes, and 0 is before them. */
  function streamed(packed: boolean): Uint8Array<ArrayBuffer> {
    const parts: Uint8Array[] = [];
    const zip = new Zip((_, part) => void parts.push(part));
    for (const [path, bytes] of Object.entries({ ...modelZip(), "notes.txt": strToU8("a flipped weight") })) {
      const entry = packed ? new ZipDeflate(path) : new ZipPassThrough(path);
      zip.add(entry);
      entry.push(bytes instanceof Uint8Array ? bytes : bytes[0], true);
    }
    zip.end();
    return Uint8Array.from(parts.flatMap((part) => [...part]));
  }
  const indexOf = (bytes: Uint8Array, text: string): number => Buffer.from(bytes).indexOf(text);

  test.each([true, false])(
    "an entry whose bytes are others than its CRC-32 says is refused: packed %s",
    async (packed) => {
      const level = packed ? 9 : 0;
      const whole = [zipSync({ ...modelZip(), "notes.txt": strToU8("a flipped weight") }, { level }), streamed(packed)];
      for (const bytes of whole) {
        const read = async (): Promise<string> => {
          const folder = await openFolder([{ path: "m.zip", file: new Blob([bytes.slice()]) }]);
          return await folder.text("notes.txt");
        };
        expect(await read()).toBe("a flipped weight");
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        if (packed) {
          const directory = Buffer.from(bytes).lastIndexOf("PK\u0001\u0002");
          view.setUint32(directory + 16, view.getUint32(directory + 16, true) ^ 1, true);
        } else view.setUint8(indexOf(bytes, "a flipped weight"), 0x41);
        const refused =
          /m\.zip cannot be read as a \.zip: the bytes of notes\.txt have the CRC-32 [\da-f]{8}, and [\da-f]{8} is/;
        await expect(read()).rejects.toThrow(refused);
      }
    },
  );

  test("an entry that holds more, or less, than it announces is stopped when it is read", async () => {
    const zeros = { bomb: new Uint8Array(40_000_000) };
    const small = await openFolder(forged(zeros, (view, at) => view.setUint32(at + 24, 1000, true)));
    await expect(small.blob("bomb")).rejects.toThrow(/more in bomb than the 1000 bytes it announces/);
    const large = await openFolder(forged({ x: strToU8("x") }, (view, at) => view.setUint32(at + 24, 9, true)));
    await expect(large.blob("x")).rejects.toMatchObject({ code: "bad-archive" });
    expect((await openFolder(forged({ x: strToU8("x") }, same))).has("x")).toBe(true);
  });

  test("any bytes, and any damage to a good archive, give a folder or an AppError", async () => {
    const good = zipSync(modelZip("m/"));
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      damage.map((changes) => {
        const copy = good.slice();
        for (const [at, value] of changes) copy[at] = value;
        return copy;
      }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        try {
          const folder = await openFolder([{ path: "m.zip", file: new Blob([content.slice()]) }]);
          for (const name of folder.names()) await folder.json(name);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
        }
      }),
      { numRuns: 300 },
    );
  });

  test("any text as config.json gives its value or bad-config", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (text) => {
        const folder = await openFolder([file("config.json", text), file("vocab.txt"), file("model.safetensors")]);
        try {
          const value = await folder.json("config.json");
          expect(value).toEqual(JSON.parse(text));
        } catch (error) {
          expect(error).toMatchObject({ code: "bad-config" });
        }
      }),
    );
  });
});
