import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import type { EncodedCorpus } from "../../../src/data/text/encoded-corpus.ts";
import { makePretrainingBatch, type PretrainingBatch } from "../../../src/data/text/pretraining-batch.ts";
import { madeCorpus, special, vocabularySize } from "../pretraining-corpus.ts";

const corpus = madeCorpus(40, 3);
const choice = { batchSize: 16, maxLength: 48, seed: 5 };
const marks: readonly number[] = Object.values(special);

/** The batch's ids as they were before some were hidden. */
function unmasked(batch: PretrainingBatch): number[] {
  const ids = [...batch.ids];
  for (const [index, place] of batch.chosen.entries()) ids[place] = batch.originals[index] ?? -1;
  return ids;
}

/** Both halves of every sequence, as tokens. */
function halves(batch: PretrainingBatch): { first: number[]; second: number[]; random: boolean }[] {
  const ids = unmasked(batch);
  return Array.from(batch.nextLabels, (label, sequence) => {
    const row = ids.slice(batch.offsets[sequence], batch.offsets[sequence + 1]);
    const middle = row.indexOf(special.separate);
    expect(row[0]).toBe(special.classify);
    expect(row.at(-1)).toBe(special.separate);
    return { first: row.slice(1, middle), second: row.slice(middle + 1, -1), random: label === 1 };
  });
}

/** Places at which `part` stands in the corpus. */
function placesOf(part: readonly number[], { ids }: EncodedCorpus): number[] {
  return [...ids.keys()].filter((at) => part.every((id, offset) => ids[at + offset] === id));
}

const steps = (count: number, over = choice): PretrainingBatch[] =>
  Array.from({ length: count }, (_, index) => makePretrainingBatch(corpus, index + 1, over));

/** |found - expected| in standard deviations of a binomial share. */
function sigmas(found: number, count: number, share: number): number {
  return Math.abs(found - count * share) / Math.sqrt(count * share * (1 - share));
}

describe("makePretrainingBatch", () => {
  test("lays [CLS] a [SEP] b [SEP] end to end, with types and positions, within the length", () => {
    for (const batch of steps(30)) {
      expect(batch.sequenceCount).toBe(16);
      expect(batch.ids.length).toBe(batch.tokenCount);
      expect(batch.offsets.at(-1)).toBe(batch.tokenCount);
      const lengths = Array.from({ length: 16 }, (_, s) => (batch.offsets[s + 1] ?? 0) - (batch.offsets[s] ?? 0));
      expect(batch.longest).toBe(Math.max(...lengths));
      expect(batch.longest).toBeLessThanOrEqual(48);
      for (const [sequence, { first, second }] of halves(batch).entries()) {
        expect(first.length).toBeGreaterThan(0);
        expect(second.length).toBeGreaterThan(0);
        const at = batch.offsets[sequence] ?? 0;
        const end = at + first.length + second.length + 3;
        expect([...batch.types.subarray(at, end)]).toEqual([
          ...Array<number>(first.length + 2).fill(0),
          ...Array<number>(second.length + 1).fill(1),
        ]);
        expect([...batch.positions.subarray(at, end)]).toEqual(Array.from({ length: end - at }, (_, index) => index));
      }
      expect([...batch.labels]).toEqual([...batch.nextLabels]);
    }
  });

  test("halves are runs of the corpus; following ones stand behind the first, others in another document", () => {
    const documentOf = (token: number): number =>
      [...corpus.documents].findLastIndex((sentence) => (corpus.sentences[sentence] ?? 0) <= token);
    let compared = 0;
    for (const { first, second, random } of steps(20).flatMap(halves)) {
      const [at, ...elsewhere] = placesOf(first, corpus);
      const others = placesOf(second, corpus);
      expect(at).toBeDefined();
      expect(others.length).toBeGreaterThan(0);
      // Only runs that stand once in the corpus tell where they are from.
      if (at === undefined || elsewhere.length > 0 || others.length > 1) continue;
      compared += 1;
      const [other = -1] = others;
      expect(documentOf(other) === documentOf(at)).toBe(!random);
      if (!random) expect(other).toBeGreaterThanOrEqual(at + first.length);
    }
    expect(compared).toBeGreaterThan(200);
  });

  test("is a function of seed and step alone", () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.integer({ min: 1, max: 1e6 }), (seed, step) => {
        const batch = makePretrainingBatch(corpus, step, { ...choice, seed });
        // What was drawn in between must not matter.
        makePretrainingBatch(corpus, 1, choice);
        expect(makePretrainingBatch(corpus, step, { ...choice, seed })).toEqual(batch);
      }),
      { numRuns: 25 },
    );
    const [first, second] = steps(2);
    expect(first?.ids).not.toEqual(second?.ids);
    expect(makePretrainingBatch(corpus, 1, { ...choice, seed: 6 }).ids).not.toEqual(first?.ids);
  });

  test("hides 15 % of each sequence: 80 % [MASK], 10 % random, 10 % kept; marks never; all within 5 sigma", () => {
    const fates = { masked: 0, kept: 0, count: 0, random: 0 };
    let pairs = 0;
    for (const batch of steps(400)) {
      const ids = unmasked(batch);
      const places = [...batch.chosen];
      expect(places).toEqual([...new Set(places)].sort((left, right) => left - right));
      for (let sequence = 0; sequence < 16; sequence++) {
        const [begin, end] = [batch.offsets[sequence] ?? 0, batch.offsets[sequence + 1] ?? 0];
        const candidates = ids.slice(begin, end).filter((id) => !marks.includes(id)).length;
        const chosen = places.filter((place) => place >= begin && place < end).length;
        expect(chosen).toBe(Math.min(candidates, Math.max(1, Math.round(0.15 * (end - begin)))));
      }
      for (const [index, place] of places.entries()) {
        const [original, now] = [batch.originals[index] ?? -1, batch.ids[place] ?? -1];
        expect(marks).not.toContain(original);
        fates.count += 1;
        if (now === special.mask) fates.masked += 1;
        else if (now === original) fates.kept += 1;
        else {
          fates.random += 1;
          expect(marks).not.toContain(now);
          expect(now).toBeLessThan(vocabularySize);
        }
      }
      pairs += batch.nextLabels.reduce((sum, label) => sum + label, 0);
    }
    // A random token is the original once in 55 (60 tokens less 5 marks).
    expect(sigmas(fates.masked, fates.count, 0.8)).toBeLessThan(5);
    expect(sigmas(fates.kept, fates.count, 0.1 + 0.1 / 55)).toBeLessThan(5);
    expect(sigmas(fates.random, fates.count, (0.1 * 54) / 55)).toBeLessThan(5);
    expect(sigmas(pairs, 400 * 16, 0.5)).toBeLessThan(5);
  });

  test("every place is chosen, and every random token drawn, equally often", () => {
    // One sentence a token: every sequence is as long as it should be.
    const even: EncodedCorpus = {
      ...corpus,
      ids: new Uint16Array(4000).fill(10),
      sentences: Uint32Array.from({ length: 4001 }, (_, index) => index),
      documents: Uint32Array.of(0, 2000, 4000),
    };
    const tokens = new Map<number, number>();
    let [rows, starts] = [0, 0];
    for (let step = 1; step <= 300; step++) {
      const batch = makePretrainingBatch(even, step, { batchSize: 32, maxLength: 24, seed: 1 });
      for (let sequence = 0; sequence < 32; sequence++) {
        const begin = batch.offsets[sequence] ?? 0;
        if ((batch.offsets[sequence + 1] ?? 0) - begin !== 24) continue;
        rows += 1;
        if (batch.chosen.includes(begin + 1)) starts += 1;
      }
      for (const id of batch.ids) if (id !== 10 && !marks.includes(id)) tokens.set(id, (tokens.get(id) ?? 0) + 1);
    }
    // Of 24 tokens, 21 are no mark and round(0.15 · 24) = 4 are chosen.
    expect(rows).toBeGreaterThan(8000);
    expect(sigmas(starts, rows, 4 / 21)).toBeLessThan(5);
    // 60 tokens less 5 marks and the original.
    expect(tokens.size).toBe(54);
    const total = [...tokens.values()].reduce((sum, found) => sum + found, 0);
    for (const found of tokens.values()) expect(sigmas(found, total, 1 / 54)).toBeLessThan(5);
  });

  test("an epoch begins near every token of the corpus once, in another order the next time", () => {
    const room = choice.maxLength - 3;
    const slots = Math.ceil(corpus.ids.length / room);
    const one = { ...choice, batchSize: slots };
    const starts = (epoch: number): number[] => [...makePretrainingBatch(corpus, epoch, one).rows];
    const [first, second] = [starts(1), starts(2)];
    expect(first).not.toEqual(second);
    const documents = new Set(
      first.map((sentence) => [...corpus.documents].findLastIndex((begin) => begin <= sentence)),
    );
    // Each document but those shorter than a sequence is sure to be begun in.
    for (let document = 0; document < 40; document++) {
      const [begin, end] = [corpus.documents[document] ?? 0, corpus.documents[document + 1] ?? 0];
      if ((corpus.sentences[end] ?? 0) - (corpus.sentences[begin] ?? 0) >= room) expect(documents).toContain(document);
    }
  });

  test("one document alone pairs with its other places; a text too small is refused", () => {
    const alone = madeCorpus(1, 8);
    const batch = makePretrainingBatch(alone, 1, { batchSize: 64, maxLength: 16, seed: 2 });
    expect(new Set(batch.nextLabels)).toEqual(new Set([0, 1]));
    const tiny: EncodedCorpus = {
      ...corpus,
      ids: Uint16Array.of(10, 11),
      sentences: Uint32Array.of(0, 2),
      documents: Uint32Array.of(0, 1),
    };
    expect(() => makePretrainingBatch(tiny, 1, choice)).toThrow(/has 2 tokens, too few/);
  });

  test.each([
    [{ batchSize: 0 }, /batch size is 0/],
    [{ batchSize: 1.5 }, /batch size is 1.5/],
    [{ maxLength: 7 }, /maximum length is 7; at least 8/],
    [{ maxLength: Number.NaN }, /maximum length is NaN/],
  ])("refuses %j", (over, message) => {
    const attempt = (): unknown => makePretrainingBatch(corpus, 1, { ...choice, ...over });
    expect(attempt).toThrow(AppError);
    expect(attempt).toThrow(message);
  });
});
