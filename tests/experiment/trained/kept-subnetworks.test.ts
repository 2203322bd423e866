import { describe, expect, test } from "vitest";
import type { MatrixRegion, WatchedMatrix } from "../../../src/contract/subnetwork.ts";
import { fromBase64 } from "../../../src/core/base64.ts";
import { drawUniform } from "../../../src/core/rng.ts";
import { KeptSubnetworks } from "../../../src/experiment/trained/kept-subnetworks.ts";
import { packed } from "../../methods/packed.ts";
import { at } from "../../reference/array.ts";

/** No size is a multiple of 32; the last is a vector. */
const matrices: readonly WatchedMatrix[] = [
  { name: "first", layer: 0, part: "value", rows: 7, cols: 9 },
  { name: "second", layer: 1, part: "value", rows: 5, cols: 13 },
  { name: "bias", layer: 1, part: null, rows: 11, cols: 1 },
];
const drawn = { unit: "weight", share: 0.5 } as const;

type Masks = readonly Uint8Array[];

/** Bits of every matrix at a selection. */
function masksAt(run: string, cycle: number, of = matrices): Masks {
  return of.map(({ name, rows, cols }) =>
    Uint8Array.from({ length: rows * cols }, (_, index) =>
      drawUniform(1, `${run} ${name}`, cycle, index) < 0.5 ? 1 : 0,
    ),
  );
}

function together(masks: Masks): Uint32Array {
  return Uint32Array.from(masks.flatMap((mask) => Array.from(packed(mask))));
}

/** A run of three selections, whose scores and drift tell run, matrix and weight. */
async function train(kept: KeptSubnetworks, run: string, of = matrices, complete = true): Promise<void> {
  kept.begin(run, {
    watched: { drawn, headCount: 1, matrices: of },
    inspect: (name, top, bottom) => {
      const matrix = of.find((one) => one.name === name) ?? of[0];
      const cols = matrix?.cols ?? 0;
      const scores = Float32Array.from({ length: (bottom - top) * cols }, (_, index) => top * cols + index);
      return Promise.resolve({ scores, drift: scores.map((score) => score / 2) });
    },
  });
  for (const cycle of [0, 1, 2]) kept.add(run, cycle, together(masksAt(run, cycle, of)));
  if (!complete) return;
  await kept.complete(run);
  kept.end(run);
}

function regionOf(run: string, cycle: number, change: Partial<MatrixRegion> = {}): MatrixRegion {
  return { run, matrix: "second", cycle, top: 1, bottom: 4, left: 3, right: 12, ...change };
}

/** The region of regionOf() weight by weight. */
function cut(values: ArrayLike<number>): readonly number[] {
  return [1, 2, 3].flatMap((row) => [3, 4, 5, 6, 7, 8, 9, 10, 11].map((col) => at(values, row * 13 + col)));
}

describe.each([true, false])("a run that has ended: %s", (ended) => {
  test("is looked into weight by weight", async () => {
    const kept = new KeptSubnetworks({ inspected: true });
    await train(kept, "a", matrices, ended);
    const own = [0, 1, 2].map((cycle) => cut(masksAt("a", cycle)[1] ?? []));
    for (const cycle of [0, 1, 2]) {
      const view = await kept.view(regionOf("a", cycle));
      expect(Array.from(view.mask)).toEqual(own[cycle]);
      expect(view.before && Array.from(view.before)).toEqual(cycle === 0 ? null : own[cycle - 1]);
      const seen = own.slice(0, cycle + 1);
      expect(Array.from(view.times ?? [])).toEqual(
        own[0]?.map((_, weight) => seen.reduce((sum, mask) => sum + at(mask, weight), 0)),
      );
      const weights = Array.from({ length: 65 }, (_, index) => index);
      expect(view.scores && Array.from(view.scores)).toEqual(cycle === 2 ? cut(weights) : null);
      expect(view.drift && Array.from(view.drift)).toEqual(cycle === 2 ? cut(weights.map((one) => one / 2)) : null);
      expect(view.note === undefined).toBe(cycle === 2);
    }
  });
});

test("what there is not is refused in words that say what there is", async () => {
  const kept = new KeptSubnetworks({ inspected: true });
  await train(kept, "a");
  const refusals = [
    [regionOf("b", 0), "was not watched"],
    [regionOf("a", 0, { matrix: "third" }), "selects nothing from third"],
    [regionOf("a", 3), "has not made selection 4"],
    [regionOf("a", 0, { right: 14 }), "no part of second [5, 13]"],
    [regionOf("a", 0, { top: 4 }), "no part of"],
    [regionOf("a", 0, { top: 0.5 }), "no part of"],
    [regionOf("a", 0, { top: Number.NaN }), "no part of"],
  ] as const;
  for (const [region, words] of refusals) await expect(kept.view(region)).rejects.toThrow(words);
});

test("no more weights than the largest matrix of BERT-large has are shown at once", async () => {
  const kept = new KeptSubnetworks({ inspected: true });
  const large: WatchedMatrix = { name: "large", layer: 0, part: null, rows: 4097, cols: 1024 };
  kept.begin("a", {
    watched: { drawn, headCount: 1, matrices: [large] },
    inspect: () => Promise.resolve({ scores: null, drift: new Float32Array() }),
  });
  kept.add("a", 0, new Uint32Array((4097 * 1024) / 32));
  const whole = { run: "a", matrix: "large", cycle: 0, top: 0, bottom: 4097, left: 0, right: 1024 };
  await expect(kept.view(whole)).rejects.toThrow("4195328 weights");
  expect((await kept.view({ ...whole, bottom: 4096 })).mask.length).toBe(4096 * 1024);
});

test("Jaccard indices are over the matrices that both select from", async () => {
  const kept = new KeptSubnetworks({ inspected: false });
  await train(kept, "a");
  await train(kept, "b");
  await train(kept, "c", matrices.slice(1));
  const overlaps = kept.overlaps(["a", "vanilla", "b", "c"], null);
  const index = (one: string, other: string, from: number): number => {
    const [left, right] = [one, other].map((run) =>
      masksAt(run, 2)
        .slice(from)
        .flatMap((mask) => Array.from(mask)),
    );
    const pairs = left?.map((bit, weight) => bit + at(right ?? [], weight)) ?? [];
    return pairs.filter((sum) => sum === 2).length / pairs.filter((sum) => sum > 0).length;
  };
  expect(overlaps).toEqual({
    runs: ["a", "b", "c"],
    jaccard: [
      [1, index("a", "b", 0), index("a", "c", 1)],
      [index("a", "b", 0), 1, index("b", "c", 1)],
      [index("a", "c", 1), index("b", "c", 1), 1],
    ],
  });
});

test("indices that a result knows stay, and runs without masks have none", async () => {
  const kept = new KeptSubnetworks({ inspected: false });
  expect(kept.overlaps(["a"], null)).toBeNull();
  await train(kept, "b");
  const before = {
    runs: ["x", "a"],
    jaccard: [
      [1, 0.25],
      [0.25, 1],
    ],
  };
  expect(kept.overlaps(["a", "x", "b"], before)).toEqual({
    runs: ["a", "x", "b"],
    jaccard: [
      [1, 0.25, null],
      [0.25, 1, null],
      [null, null, 1],
    ],
  });
});

test("what a run selected is forgotten when it is run anew", async () => {
  const kept = new KeptSubnetworks({ inspected: false });
  await train(kept, "a");
  await train(kept, "b");
  const [first] = kept.overlaps(["a", "b"], null)?.jaccard ?? [];
  kept.begin("b", { watched: { drawn, headCount: 1, matrices }, inspect: () => Promise.reject(new Error()) });
  kept.add("b", 0, together(masksAt("a", 2)));
  expect(first?.[1]).toBeLessThan(0.6);
  expect(kept.overlaps(["a", "b"], null)?.jaccard[0]?.[1]).toBe(1);
});

test("a run that goes on has the masks that are here, and those of its file", async () => {
  const kept = new KeptSubnetworks({ inspected: false });
  await train(kept, "a");
  const other = together(masksAt("b", 1));
  const seen = new Map([
    [0, null],
    [1, other],
    [5, null],
  ]);
  const live = { watched: { drawn, headCount: 1, matrices }, inspect: () => Promise.reject(new Error()) };
  kept.begin("a", live, seen);
  expect([...kept.masksOf("a")]).toEqual([
    [0, together(masksAt("a", 0))],
    [1, other],
    [5, null],
  ]);
});

test("a result has the masks of the last layer's value matrix, of as many runs as there is room for", async () => {
  const kept = new KeptSubnetworks({ inspected: false });
  for (const run of ["a", "b"]) await train(kept, run);
  const found = kept.masksFor(["a", "b", "vanilla"], 0);
  expect([...found.keys()]).toEqual(["a", "b"]);
  const { matrix, masks } = found.get("b") ?? { matrix: "", masks: [] };
  expect(matrix).toBe("second");
  masks.forEach((text, cycle) => {
    const bytes = fromBase64(text) ?? new Uint8Array();
    const bits = Array.from({ length: 65 }, (_, weight) => (at(bytes, weight >> 3) >> (weight & 7)) & 1);
    expect(bits).toEqual(Array.from(masksAt("b", cycle)[1] ?? []));
  });
  const textBytes = masks.reduce((sum, text) => sum + text.length, 0);
  expect([...kept.masksFor(["a", "b"], 2 ** 21 - textBytes).keys()]).toEqual(["a"]);
  expect([...kept.masksFor(["a", "b"], 2 ** 21 - textBytes + 1).keys()]).toEqual([]);
});

describe("where memory is short", () => {
  const maskBytes = together(masksAt("a", 0)).byteLength;
  const detailBytes = 2 * 4 * (63 + 65 + 11);

  test("the oldest scores and drift go first, and it is said", async () => {
    const kept = new KeptSubnetworks({ inspected: true, limit: 6 * maskBytes + detailBytes });
    await train(kept, "a");
    await train(kept, "b");
    const [old, young] = [await kept.view(regionOf("a", 2)), await kept.view(regionOf("b", 2))];
    expect([old.scores, old.drift]).toEqual([null, null]);
    expect(old.note).toContain("the oldest are given up first");
    expect(old.times).not.toBeNull();
    expect(young.scores).not.toBeNull();
  });

  test("then the oldest masks, but the last ones, by which runs are compared", async () => {
    const kept = new KeptSubnetworks({ inspected: false, limit: 4 * maskBytes });
    await train(kept, "a");
    await train(kept, "b");
    await expect(kept.view(regionOf("a", 1))).rejects.toThrow("are not kept");
    const view = await kept.view(regionOf("a", 2));
    expect([view.before, view.times]).toEqual([null, null]);
    expect(kept.overlaps(["a", "b"], null)?.runs).toEqual(["a", "b"]);
    expect([...kept.masksFor(["a", "b"], 0).keys()]).toEqual(["b"]);
  });

  test("a younger run's earlier masks before an older run's last ones", async () => {
    const kept = new KeptSubnetworks({ inspected: false, limit: 3 * maskBytes });
    await train(kept, "a");
    await train(kept, "b");
    const there = (run: string) => [...kept.masksOf(run)].flatMap(([cycle, masks]) => (masks === null ? [] : [cycle]));
    expect([there("a"), there("b")]).toEqual([[2], [1, 2]]);
  });
});
