import { expect, test } from "vitest";
import { drawBits } from "../../src/core/rng.ts";
import type { EncodedCorpus } from "../../src/data/encoded-corpus.ts";
import { cooccurrenceEmbeddings } from "../../src/data/word-embeddings.ts";

const special = { padding: 0, unknown: 1, classify: 2, separate: 3, mask: 4 };
const size = 40;

/** Sentences of one of three topics, each with ten tokens of its own from 5 on; tokens 35 to 39 stand nowhere. */
function topics(): EncodedCorpus {
  const lengths = Array.from({ length: 600 }, (_, sentence) => 3 + (sentence % 6));
  const sentences = [0];
  for (const length of lengths) sentences.push((sentences.at(-1) ?? 0) + length);
  const ids = lengths.flatMap((length, sentence) =>
    Array.from({ length }, (_, token) => 5 + 10 * (sentence % 3) + (drawBits(1, "topics", sentence, token) % 10)),
  );
  return {
    vocabularySize: size,
    special,
    ids: Uint16Array.from(ids),
    sentences: Uint32Array.from(sentences),
    // A document a sentence: no window reaches into another topic.
    documents: Uint32Array.from({ length: 601 }, (_, index) => index),
  };
}

const hidden = 8;
const embeddings = cooccurrenceEmbeddings(topics(), hidden, 3);
const row = (token: number): number[] => [...embeddings.subarray(token * hidden, (token + 1) * hidden)];
const dot = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, value, k) => sum + value * (other[k] ?? Number.NaN), 0);

test("tokens of a topic are nearer to each other than to any other token", () => {
  for (let token = 5; token < 35; token++) {
    const topic = Math.floor((token - 5) / 10);
    const cosines = Array.from({ length: 30 }, (_, index) => ({
      same: Math.floor(index / 10) === topic,
      cosine: dot(row(token), row(index + 5)) / (hidden * 0.02 ** 2),
    }));
    const nearest = Math.min(...cosines.filter(({ same }) => same).map(({ cosine }) => cosine));
    const strange = Math.max(...cosines.filter(({ same }) => !same).map(({ cosine }) => cosine));
    expect(nearest).toBeGreaterThan(strange);
  }
});

test("every row, of marks and absent tokens too, is as long as random ones of spread 0.02, and no two are equal", () => {
  for (let token = 0; token < size; token++) {
    const length = Math.sqrt(dot(row(token), row(token)));
    // f32 rounding of eight squares.
    expect(Math.abs(length / (0.02 * Math.sqrt(hidden)) - 1)).toBeLessThan(1e-6);
  }
  expect(new Set(Array.from({ length: size }, (_, token) => row(token).join(" "))).size).toBe(size);
});

test("the same seed gives the same bits; the seed moves what stands nowhere", () => {
  expect(cooccurrenceEmbeddings(topics(), hidden, 3)).toEqual(embeddings);
  const other = cooccurrenceEmbeddings(topics(), hidden, 4);
  expect([...other.subarray(37 * hidden, 38 * hidden)]).not.toEqual(row(37));
});

test.each([0, 1.5, size, Number.NaN])("a hidden size of %d is refused", (wrong) => {
  expect(() => cooccurrenceEmbeddings(topics(), wrong, 1)).toThrow(/hidden size is .* from 1 to 39/);
});
