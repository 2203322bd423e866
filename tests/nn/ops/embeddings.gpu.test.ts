import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createArena } from "../../../src/gpu/arena.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { upload } from "../../../src/gpu/readback.ts";
import { embeddings } from "../../../src/nn/ops/embeddings.ts";
import type { Param } from "../../../src/nn/params.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { guarded } from "../../gpu/guarded.ts";
import { at } from "../../reference/array.ts";
import type { Reference } from "../../reference/array.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { embeddings as reference } from "../../reference/embeddings.ts";
import { gradient } from "../../reference/finite-difference.ts";
import { batchOf, inputsOf } from "../batch.ts";
import { dot, normals, paramOf } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

const names = ["word", "position", "type"] as const;

interface Case {
  readonly cols: number;
  readonly lengths: readonly number[];
  readonly words: number;
}

function material({ cols, lengths, words }: Case) {
  // One word is far more frequent than the others, and some never come.
  const batch = batchOf(lengths, (token) => (token % 3 === 0 ? 1 : (token * 7) % (words - 1)));
  const entries = { word: words, position: Math.max(...lengths) + 2, type: 2 };
  const tables = {
    word: normals("word", entries.word * cols),
    position: normals("position", entries.position * cols),
    type: normals("type", entries.type * cols),
  };
  return { batch, entries, tables, dy: normals("dy", batch.tokenCount * cols) };
}

function forward({ cols }: Case, { batch, tables }: Pick<ReturnType<typeof material>, "batch" | "tables">) {
  const norm = { gamma: new Float64Array(cols), beta: new Float64Array(cols), eps: 1 };
  return reference({
    ...tables,
    ids: batch.ids,
    positions: batch.positions,
    types: batch.types,
    norm,
    mask: null,
    keepShare: 1,
  }).sum;
}

/** A table of the same values whose memory is cut beyond `mostBytes`. */
function inSections({ spec }: Param, values: Float64Array, mostBytes: number) {
  const mem = createArena(device, new Map(), mostBytes);
  const part = { shape: spec.shape, byRows: true };
  const [value, grad] = mem.packed("weights", [
    { ...part, label: "cut" },
    { ...part, label: "cut grad" },
  ]);
  if (value === undefined || grad === undefined) throw new Error("two were packed");
  upload(device, value, Float32Array.from(values));
  return { param: { spec, value, grad }, mem };
}

/** Runs forward and `passes` backwards of one step. Words are cut beyond `mostBytes`. */
async function pass(shape: Case, passes = 1, mostBytes = Infinity): Promise<Record<string, Float32Array>> {
  const { batch, entries, tables, dy } = material(shape);
  const got: Record<string, Float32Array> = {};
  await onDevice(device, async (b) => {
    const s = b.scope();
    const out = guarded(b, "sum", [batch.tokenCount, shape.cols]);
    const [word, position, type] = names.map((name) => paramOf(b, name, [entries[name], shape.cols], tables[name]));
    if (word === undefined || position === undefined || type === undefined) return;
    const cut = inSections(word.param, tables.word, mostBytes);
    const way = embeddings(s, "sum", inputsOf(b, batch), cut.param, position.param, type.param);
    const dsum = b.tensor("dy", [batch.tokenCount, shape.cols], dy);
    for (let turn = 0; turn < passes; turn++) way.back(s, dsum);
    got["out"] = await out.read();
    for (const [index, param] of [cut.param, position.param, type.param].entries()) {
      // The gradient is cleared as a whole, guard values included, so the tensor itself is read.
      got[names[index] ?? ""] = await b.read(param.grad);
    }
    cut.mem.dispose();
  });
  return got;
}

function derivative(shape: Case, name: (typeof names)[number]): Reference {
  const { batch, tables, dy } = material(shape);
  const value = gradient(
    (table) => dot(dy, forward(shape, { batch, tables: { ...tables, [name]: table } }).value),
    tables[name],
  );
  const keys = { word: batch.ids, position: batch.positions, type: batch.types }[name];
  const magnitude = new Float64Array(value.length);
  dy.forEach((each, index) => {
    const place = at(keys, Math.floor(index / shape.cols)) * shape.cols + (index % shape.cols);
    magnitude[place] = at(magnitude, place) + Math.abs(each);
  });
  return { value, magnitude };
}

const cases: readonly Case[] = [
  { cols: 1, lengths: [1], words: 3 },
  { cols: 31, lengths: [3, 1, 5], words: 11 },
  { cols: 32, lengths: [9, 7], words: 8 },
  { cols: 33, lengths: [2, 13], words: 5 },
];

// Linear in each table: a central difference has only its float64 rounding, some 1e-15 of the sum over h.
const allowance = 1e-9;

describe("embeddings", () => {
  test.each(cases)("$lengths tokens of $cols columns, there and back", async (shape) => {
    const got = await pass(shape);
    expectClose(got["out"] ?? [], forward(shape, material(shape)));
    for (const name of names) expectClose(got[name] ?? [], derivative(shape, name), allowance);
  });

  test("a second backward of the step adds", async () => {
    const shape = { cols: 8, lengths: [4, 5], words: 6 };
    const got = await pass(shape, 2);
    for (const name of names) {
      const { value, magnitude } = derivative(shape, name);
      expectClose(
        got[name] ?? [],
        { value: value.map((v) => 2 * v), magnitude: magnitude.map((m) => 2 * m) },
        allowance,
      );
    }
  });

  test("words times a scale, there and back, and two uses of one table add up", async () => {
    const shape = { cols: 5, lengths: [4, 5], words: 6 };
    const { batch, entries, tables, dy } = material(shape);
    const untyped = { ...tables, type: new Float64Array(tables.type.length) };
    const scaled = { batch, tables: { ...untyped, word: tables.word.map((value) => 4 * value) } };
    await onDevice(device, async (b) => {
      const s = b.scope();
      const word = paramOf(b, "word", [entries.word, shape.cols], tables.word).param;
      const position = paramOf(b, "position", [entries.position, shape.cols], tables.position).param;
      const inputs = inputsOf(b, batch);
      const way = embeddings(s, "scaled", inputs, word, position, null, 4);
      const plain = embeddings(s, "plain", inputs, word, position, null);
      const dsum = b.tensor("dy", [batch.tokenCount, shape.cols], dy);
      way.back(s, dsum);
      plain.back(s, dsum);
      expectClose(await b.read(way.out), forward(shape, scaled));
      expectClose(await b.read(plain.out), forward(shape, { batch, tables: untyped }));
      const times = ({ value, magnitude }: Reference, factor: number): Reference => ({
        value: value.map((each) => factor * each),
        magnitude: magnitude.map((each) => factor * each),
      });
      expectClose(await b.read(word.grad), times(derivative(shape, "word"), 5), allowance);
      expectClose(await b.read(position.grad), times(derivative(shape, "position"), 2), allowance);
    });
  });

  test("words in sections: the same bits as in one piece, there and back", async () => {
    const shape = { cols: 32, lengths: [40, 3, 57, 30], words: 1100 };
    const whole = await pass(shape);
    // Rows 0, 512 and 1,024 begin a section.
    expect(await pass(shape, 1, 2 ** 16)).toEqual(whole);
    expectClose(whole["out"] ?? [], forward(shape, material(shape)));
  });

  test("many tokens on few rows", async () => {
    const shape = { cols: 3, lengths: Array.from({ length: 40 }, () => 25), words: 4 };
    const got = await pass(shape);
    const { batch, dy } = material(shape);
    const [first, rest] = [new Float64Array(6), new Float64Array(6)];
    dy.forEach((each, index) => {
      const place = at(batch.types, Math.floor(index / 3)) * 3 + (index % 3);
      first[place] = at(first, place) + each;
      rest[place] = at(rest, place) + Math.abs(each);
    });
    expectClose(got["type"] ?? [], { value: first, magnitude: rest });
  });

  test("without token types, and with positions that stand still: their gradient is never written", async () => {
    const shape = { cols: 33, lengths: [2, 13], words: 5 };
    const { batch, entries, tables, dy } = material(shape);
    const untyped = { batch, tables: { ...tables, type: new Float64Array(tables.type.length) } };
    await onDevice(device, async (b) => {
      const s = b.scope();
      const out = guarded(b, "sum", [batch.tokenCount, shape.cols]);
      const word = paramOf(b, "word", [entries.word, shape.cols], tables.word);
      const { param, grad } = paramOf(b, "position", [entries.position, shape.cols], tables.position);
      const still = { ...param, spec: { ...param.spec, trained: false } };
      const way = embeddings(s, "sum", inputsOf(b, batch), word.param, still, null);
      way.back(s, b.tensor("dy", [batch.tokenCount, shape.cols], dy));
      expectClose(await out.read(), forward(shape, untyped));
      expectClose(await b.read(word.param.grad), derivative(shape, "word"), allowance);
      expect(new Set(await grad.read())).toEqual(new Set([9]));
    });
  });

  test("words alone, or with types: nothing is read of positions", async () => {
    const shape = { cols: 33, lengths: [2, 13], words: 5 };
    const { batch, entries, tables, dy } = material(shape);
    const position = new Float64Array(tables.position.length);
    const unplaced = { ...tables, position };
    await onDevice(device, async (b) => {
      const s = b.scope();
      const word = paramOf(b, "word", [entries.word, shape.cols], tables.word).param;
      const type = paramOf(b, "type", [entries.type, shape.cols], tables.type).param;
      const inputs = inputsOf(b, batch);
      const typed = embeddings(s, "typed", inputs, word, null, type);
      const alone = embeddings(s, "alone", inputs, word, null, null);
      expectClose(await b.read(typed.out), forward(shape, { batch, tables: unplaced }));
      const untyped = { ...unplaced, type: new Float64Array(tables.type.length) };
      expectClose(await b.read(alone.out), forward(shape, { batch, tables: untyped }));
      typed.back(s, b.tensor("dy", [batch.tokenCount, shape.cols], dy));
      expectClose(await b.read(word.grad), derivative(shape, "word"), allowance);
      expectClose(await b.read(type.grad), derivative(shape, "type"), allowance);
    });
  });

  test("control: a token given to its neighbour's row is seen", async () => {
    const shape = { cols: 4, lengths: [6], words: 7 };
    const got = await pass(shape);
    const { value, magnitude } = derivative(shape, "position");
    const moved = Float64Array.from([...value.subarray(4), ...value.subarray(0, 4)]);
    expect(difference(got["position"] ?? [], { value: moved, magnitude }, allowance)).not.toBeNull();
  });
});
