import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { decodeHalf, encodeHalf } from "../../src/core/half.ts";
import { openSafetensors, writeSafetensors } from "../../src/models/safetensors.ts";

/** A file of this header (text or object) and this many zero bytes of data. */
function fileOf(header: unknown, dataBytes: number, announced?: bigint): Blob {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, announced ?? BigInt(text.length), true);
  return new Blob([length, text, new Uint8Array(dataBytes)]);
}

async function refusalOf(blob: Blob): Promise<string> {
  const thrown: unknown = await openSafetensors(blob, "m.safetensors").then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof AppError)) throw new Error(`not refused with an AppError: ${String(thrown)}`);
  expect(thrown.code).toBe("bad-tensors");
  return thrown.message;
}

const pair = (begin: number, end: number, dtype = "F32", shape: unknown = [1]): unknown => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe("openSafetensors refuses", () => {
  const cases: readonly (readonly [string, Blob, RegExp])[] = [
    ["an empty file", new Blob([]), /0 bytes long/],
    ["a header beyond the file", fileOf({}, 0, 100n), /header of 100 bytes but only 2 follow/],
    ["a header length of 2^64-1", fileOf({}, 0, 2n ** 64n - 1n), /header of 18446744073709551615 bytes/],
    ["a header that is not UTF-8", new Blob([new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0, 0xff])]), /not UTF-8/],
    ["a header that is not JSON", fileOf("{}}", 0), /not JSON/],
    ["a header that is cut off", fileOf("{", 0), /not JSON/],
    ["a header that is no object", fileOf("[]", 0), /not a JSON object/],
    ["blanks before the header", fileOf(" {}", 0), /more around it than spaces/],
    ["line ends as padding", fileOf("{}\n\n", 0), /more around it than spaces/],
    ["zeros as padding", fileOf("{}\0\0", 0), /not JSON/],
    ["metadata that are no texts", fileOf({ __metadata__: { a: 1 } }, 0), /has no text for "a"/],
    ["metadata that are a list", fileOf({ __metadata__: [] }, 0), /"__metadata__" of m\.safetensors is not an object/],
    ["an unknown dtype", fileOf({ a: pair(0, 4, "Q7") }, 4), /"a" .*dtype "Q7", and not of F64, .*BF16/],
    ["half a byte", fileOf({ a: pair(0, 1, "F4", [1]) }, 1), /1 bytes, but shape \[1\] in F4 takes 0\.5/],
    ["a hole before the first", fileOf({ a: pair(4, 8) }, 8), /"a" .*at byte 4 .*not at 0: there is a hole/],
    ["a hole", fileOf({ b: pair(8, 12), a: pair(0, 4) }, 12), /"b" .*at byte 8 .*not at 4: there is a hole/],
    ["bytes behind the last", fileOf({ a: pair(0, 4) }, 7), /has 3 bytes behind its last tensor "a"/],
    ["bytes of no tensor", fileOf({}, 2), /has 2 bytes behind its last tensor, and/],
    [
      "an empty tensor within another",
      fileOf({ a: pair(0, 4), b: pair(2, 2, "F32", [0]) }, 4),
      /"a" and "b" .*overlap/,
    ],
    ["a name given twice", fileOf('{"a":1, "\\u0061":2}', 0), /names "a" twice/],
    ["an entry that is no object", fileOf({ a: 1 }, 0), /"a" .*object/],
    ["no dtype", fileOf({ a: { shape: [1], data_offsets: [0, 4] } }, 4), /no dtype/],
    ["a negative shape", fileOf({ a: pair(0, 4, "F32", [-1]) }, 4), /no shape/],
    ["a fractional offset", fileOf({ a: pair(0, 4.5) }, 8), /no data_offsets/],
    ["offsets the wrong way round", fileOf({ a: pair(4, 0) }, 8), /\[4, 0\]/],
    ["three offsets", fileOf({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4, 8] } }, 8), /\[0, 4, 8\]/],
    ["a truncated file", fileOf({ a: pair(0, 8, "F32", [2]) }, 7), /ends at byte 8 .* only 7: it is cut off/],
    ["bytes that do not fit the shape", fileOf({ a: pair(0, 8) }, 8), /8 bytes, but shape \[1\] in F32 takes 4/],
    ["a shape beyond all bounds", fileOf({ a: pair(0, 8, "F32", [2 ** 52, 2 ** 52]) }, 8), /takes/],
    ["an overlap", fileOf({ a: pair(0, 8, "F32", [2]), b: pair(4, 8) }, 8), /"a" and "b" .* overlap/],
  ];
  test.each(cases)("%s", async (_name, blob, message) => {
    expect(await refusalOf(blob)).toMatch(message);
  });

  test("a header above 100 MB, before it is read", async () => {
    class Huge extends Blob {
      override get size(): number {
        return 2e9;
      }
    }
    const length = new DataView(new ArrayBuffer(8));
    length.setBigUint64(0, 100_000_001n, true);
    expect(await refusalOf(new Huge([length]))).toMatch(/at most 100000000/);
  });

  test("a directory in place of a file", async () => {
    class Directory extends Blob {
      override get size(): number {
        return 4096;
      }
      override slice(): Blob {
        throw new Error("NotReadableError");
      }
    }
    expect(await refusalOf(new Directory())).toMatch(/Is it a folder/);
  });
});

describe("tensors", () => {
  test("F16 and BF16 become f32, other dtypes are refused only when read", async () => {
    const header = {
      __metadata__: { format: "pt" },
      half: pair(0, 12, "F16", [6]),
      brain: pair(12, 16, "BF16", [2]),
      ids: pair(16, 24, "I64", [1]),
      strange: pair(24, 25, "F4", [2]),
    };
    const text = new TextEncoder().encode(JSON.stringify(header));
    const length = new DataView(new ArrayBuffer(8));
    length.setBigUint64(0, BigInt(text.length), true);
    // 1, -2, smallest subnormal, largest finite, infinity, -0.
    const half = new Uint16Array([0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x8000]);
    const brain = new Uint16Array([0x3f80, 0xc049]);
    const file = await openSafetensors(new Blob([length, text, half, brain, new Uint8Array(9)]), "m");
    expect([...(await file.read("half"))]).toEqual([1, -2, 2 ** -24, 65504, Infinity, -0]);
    expect([...(await file.read("brain"))]).toEqual([1, -3.140625]);
    expect(file.metadata.get("format")).toBe("pt");
    await expect(file.read("ids")).rejects.toThrow(/"ids" of m has dtype I64/);
    await expect(file.read("strange")).rejects.toThrow(/dtype F4/);
    await expect(file.read("absent")).rejects.toMatchObject({ code: "missing-tensor" });
  });

  test("what is written is read back bit for bit", async () => {
    const tensor = fc.record({
      name: fc.string({ minLength: 1 }).filter((name) => name !== "__metadata__"),
      data: fc.float32Array({ maxLength: 12 }),
    });
    const tensors = fc.uniqueArray(tensor, { selector: (item) => item.name, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(tensors, async (list) => {
        const blob = writeSafetensors(list.map((item) => ({ ...item, shape: [1, item.data.length] })));
        const file = await openSafetensors(blob, "m");
        expect(new Set(file.entries.keys())).toEqual(new Set(list.map((item) => item.name)));
        expect(file.metadata.get("format")).toBe("pt");
        for (const { name, data } of list) {
          expect(new Uint32Array((await file.read(name)).buffer)).toEqual(new Uint32Array(data.slice().buffer));
          expect(file.entries.get(name)?.shape).toEqual([1, data.length]);
        }
      }),
    );
  });

  test("F16: read back is what halves hold, in half the bytes, beside tensors of odd length", async () => {
    const tensor = fc.float32Array({ maxLength: 9, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.array(tensor, { maxLength: 4 }), async (list) => {
        const tensors = list.map((data, index) => ({ name: `t${index}`, shape: [data.length], data }));
        const file = await openSafetensors(writeSafetensors(tensors, {}, "F16"), "m");
        for (const { name, data } of tensors) {
          const entry = file.entries.get(name);
          expect(entry?.dtype).toBe("F16");
          expect((entry?.end ?? 0) - (entry?.begin ?? 0)).toBe(2 * data.length);
          expect(await file.read(name)).toEqual(decodeHalf(encodeHalf(data)));
        }
      }),
    );
  });

  test("a view into a larger buffer and shared memory are written alike", async () => {
    const shared = new Float32Array(new SharedArrayBuffer(8));
    shared.set([3, 4]);
    const view = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
    const file = await openSafetensors(
      writeSafetensors([
        { name: "view", shape: [2], data: view },
        { name: "shared", shape: [2], data: shared },
      ]),
      "m",
    );
    expect([...(await file.read("view"))]).toEqual([1, 2]);
    expect([...(await file.read("shared"))]).toEqual([3, 4]);
  });
});

describe("any bytes give a file or an AppError", () => {
  const open = async (blob: Blob): Promise<void> => {
    try {
      const file = await openSafetensors(blob, "m");
      for (const name of file.entries.keys()) await file.read(name);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      expect(error.message.length).toBeGreaterThan(20);
    }
  };

  test("random bytes", async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), (bytes) => open(new Blob([bytes.slice()]))));
  });

  test("random JSON headers", async () => {
    const offset = fc.oneof(fc.integer({ min: -2, max: 40 }), fc.double(), fc.anything());
    const entry = fc.record(
      {
        dtype: fc.oneof(fc.constantFrom("F32", "F16", "BF16", "I8"), fc.string()),
        shape: fc.oneof(fc.array(fc.nat(4), { maxLength: 3 }), fc.anything()),
        data_offsets: fc.oneof(fc.array(offset, { maxLength: 3 }), fc.anything()),
      },
      { requiredKeys: [] },
    );
    const header = fc.dictionary(fc.oneof(fc.string(), fc.constant("__metadata__")), fc.oneof(entry, fc.anything()));
    await fc.assert(
      fc.asyncProperty(header, fc.nat(40), async (value, dataBytes) => {
        let text: string;
        try {
          text = JSON.stringify(value);
        } catch {
          return; // BigInt values have no JSON
        }
        await open(fileOf(text, dataBytes));
      }),
    );
  });
});
