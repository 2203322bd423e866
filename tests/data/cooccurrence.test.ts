import { expect, test } from "vitest";
import { mutualInformation } from "../../src/data/cooccurrence.ts";
import type { EncodedCorpus } from "../../src/data/encoded-corpus.ts";
import { madeCorpus, special, vocabularySize } from "./pretraining-corpus.ts";

/** The definition, over all pairs of places. [vocabulary][vocabulary] */
function byDefinition(corpus: EncodedCorpus, window: number, smoothing: number, shift: number): number[][] {
  const counts = Array.from({ length: vocabularySize }, () => Array<number>(vocabularySize).fill(0));
  const marks: readonly number[] = Object.values(special);
  for (let document = 0; document + 1 < corpus.documents.length; document++) {
    const begin = corpus.sentences[corpus.documents[document] ?? 0] ?? 0;
    const end = corpus.sentences[corpus.documents[document + 1] ?? 0] ?? 0;
    for (let at = begin; at < end; at++) {
      for (let other = begin; other < end; other++) {
        const distance = Math.abs(at - other);
        const [word, context] = [corpus.ids[at] ?? 0, corpus.ids[other] ?? 0];
        if (distance === 0 || distance > window || marks.includes(word) || marks.includes(context)) continue;
        const row = counts[word];
        if (row !== undefined) row[context] = (row[context] ?? 0) + 1 / distance;
      }
    }
  }
  const totals = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const all = totals.reduce((sum, total) => sum + total ** smoothing, 0);
  return counts.map((row, word) =>
    row.map((count, context) => {
      const chance = ((totals[word] ?? 0) * (totals[context] ?? 0) ** smoothing) / all;
      return count === 0 ? 0 : Math.max(0, Math.log(count / chance / shift));
    }),
  );
}

test.each([
  { window: 2, smoothing: 0.75, shift: 1 },
  { window: 5, smoothing: 1, shift: 0.1 },
  { window: 30, smoothing: 0.5, shift: 2 },
])("equals its definition: %j", (choice) => {
  const corpus = madeCorpus(12, 4);
  const { offsets, columns, values } = mutualInformation(corpus, choice);
  const wanted = byDefinition(corpus, choice.window, choice.smoothing, choice.shift);
  let positive = 0;
  for (const [word, row] of wanted.entries()) {
    const found = Array<number>(vocabularySize).fill(0);
    for (let at = offsets[word] ?? 0; at < (offsets[word + 1] ?? 0); at++) found[columns[at] ?? 0] = values[at] ?? 0;
    for (const [context, value] of row.entries()) {
      // Counts are sums in f32 of at most some hundred terms, and so is the logarithm.
      expect(Math.abs((found[context] ?? Number.NaN) - value)).toBeLessThan(1e-5);
      if (value > 0) positive += 1;
    }
  }
  expect(positive).toBeGreaterThan(100);
});
