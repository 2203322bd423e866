import { describe, expect, test } from "vitest";
import { attention, type AttentionInput } from "./attention.ts";
import { expectClose } from "./compare.ts";
import { exactReference } from "./array.ts";

const wave = (count: number, phase: number) =>
  Float64Array.from({ length: count }, (_, i) => Math.sin(i * 1.7 + phase));
const offsets = [0, 1, 4, 9];
const plain: AttentionInput = {
  q: wave(9 * 6, 0),
  k: wave(9 * 6, 1),
  v: wave(9 * 6, 2),
  offsets,
  heads: 2,
  headSize: 3,
  keep: null,
  keepShare: 1,
};

describe("attention", () => {
  test("a query of zeros gives the mean of the sequence's values and the log of its length", () => {
    const { out, lse } = attention({ ...plain, q: new Float64Array(54) });
    const mean = (plain.v.at(1 * 6 + 4) ?? 0) + (plain.v.at(2 * 6 + 4) ?? 0) + (plain.v.at(3 * 6 + 4) ?? 0);
    expect(out.value.at(2 * 6 + 4)).toBeCloseTo(mean / 3, 14);
    expect(lse.value.at(1 * 9 + 2)).toBeCloseTo(Math.log(3), 14);
    expect(lse.value.at(1 * 9 + 0)).toBe(0);
  });

  test("two tokens by hand: softmax of (2, 0) / sqrt(1)", () => {
    const { out, lse } = attention({
      ...plain,
      q: Float64Array.of(2, 0),
      k: Float64Array.of(1, 0),
      v: Float64Array.of(10, 20),
      offsets: [0, 2],
      heads: 1,
      headSize: 1,
    });
    const first = Math.exp(2) / (Math.exp(2) + 1);
    expect(out.value.at(0)).toBeCloseTo(10 * first + 20 * (1 - first), 12);
    expect(out.value.at(1)).toBeCloseTo(15, 12);
    expect(lse.value.at(0)).toBeCloseTo(Math.log(Math.exp(2) + 1), 14);
  });

  test("two tokens by hand with terms of the distance: the query's and the key's products with the same row", () => {
    // Rows of distances -1, 0 and 1: keys 1, 2, 4 and queries 8, 16, 32.
    const relative = {
      keys: Float64Array.of(1, 2, 4),
      queries: Float64Array.of(8, 16, 32),
      rowOf: (distance: number) => distance + 1,
    };
    const { lse } = attention({
      ...plain,
      q: Float64Array.of(2, 3),
      k: Float64Array.of(0.5, 0.25),
      v: Float64Array.of(10, 20),
      offsets: [0, 2],
      heads: 1,
      headSize: 1,
      relative,
    });
    const scores = [
      [2 * 0.5 + 2 * 2 + 0.5 * 16, 2 * 0.25 + 2 * 1 + 0.25 * 8],
      [3 * 0.5 + 3 * 4 + 0.5 * 32, 3 * 0.25 + 3 * 2 + 0.25 * 16],
    ].map((row) => row.map((score) => score / Math.sqrt(3)));
    const logs = scores.map(([first = 0, second = 0]) => Math.log(Math.exp(first) + Math.exp(second)));
    expectClose(lse.value, exactReference(logs), 1e-12);
  });

  test("values of one give one: rows of the softmax sum to it", () => {
    const { out } = attention({ ...plain, v: new Float64Array(54).fill(1) });
    expectClose(out.value, exactReference(new Float64Array(54).fill(1)), 1e-14);
  });

  test("a sequence's result does not depend on its neighbours", () => {
    const alone = attention({
      ...plain,
      q: plain.q.slice(6, 24),
      k: plain.k.slice(6, 24),
      v: plain.v.slice(6, 24),
      offsets: [0, 3],
    });
    expect(attention(plain).out.value.slice(6, 24)).toEqual(alone.out.value);
  });

  test("scores divide by the root of the head size: two heads of one equal one head scaled", () => {
    const wide = attention({ ...plain, heads: 1, headSize: 4, offsets: [0, 2], ...fill(4) });
    const scaled = { ...fill(4), q: fill(4).q.map((x) => x / 2) };
    const first = Math.exp(dot(scaled.q, scaled.k, 0, 0)) / sumOf(scaled.q, scaled.k);
    expect(wide.out.value.at(1)).toBeCloseTo(first * 1 + (1 - first) * 5, 12);
  });

  test("a dropped probability loses its value, a kept one is scaled up", () => {
    const keep = (b: number, h: number, i: number, j: number) => (b === 1 && h === 0 && i === 2 && j !== 1 ? 1 : 0);
    const { out } = attention({ ...plain, q: new Float64Array(54), keep, keepShare: 0.5 });
    const kept = (plain.v.at(6) ?? 0) + (plain.v.at(18) ?? 0);
    expect(out.value.at(18)).toBeCloseTo((kept / 3) * 2, 14);
    expect(out.value.at(12)).toBe(0);
    expect(out.value.at(18 + 3)).toBe(0);
  });

  test("a causal row is the last row of its sequence cut behind it", () => {
    const { out } = attention({ ...plain, causal: true });
    for (const end of [5, 6, 9]) {
      const cut = (values: Float64Array) => values.slice(4 * 6, end * 6);
      const alone = attention({ ...plain, q: cut(plain.q), k: cut(plain.k), v: cut(plain.v), offsets: [0, end - 4] });
      expect(out.value.slice((end - 1) * 6, end * 6)).toEqual(alone.out.value.slice(-6));
    }
  });

  test("the magnitude covers the value", () => {
    const { out, lse } = attention(plain);
    expect(out.value.every((value, index) => Math.abs(value) <= (out.magnitude.at(index) ?? 0))).toBe(true);
    expect(lse.value.every((value, index) => Math.abs(value) <= (lse.magnitude.at(index) ?? 0))).toBe(true);
  });
});

function fill(width: number) {
  return {
    q: wave(2 * width, 3),
    k: wave(2 * width, 4),
    v: Float64Array.from({ length: 2 * width }, (_, index) => index),
  };
}

function dot(q: Float64Array, k: Float64Array, i: number, j: number): number {
  return [0, 1, 2, 3].reduce((sum, d) => sum + (q.at(i * 4 + d) ?? 0) * (k.at(j * 4 + d) ?? 0), 0);
}

function sumOf(q: Float64Array, k: Float64Array): number {
  return Math.exp(dot(q, k, 0, 0)) + Math.exp(dot(q, k, 0, 1));
}
