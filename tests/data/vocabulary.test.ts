import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergePairs } from "../../src/data/pair-merging.ts";
import { PairQueue } from "../../src/data/pair-queue.ts";
import { loadTokenizer, type Tokenizer } from "../../src/data/tokenizer.ts";
import { tokenizerFiles } from "../../src/data/vocabulary-files.ts";
import { prunePieces, tokensPerWord } from "../../src/data/vocabulary-pruning.ts";
import { learnVocabulary } from "../../src/data/vocabulary.ts";
import { countWords } from "../../src/data/word-counts.ts";
import { wordPiece } from "../reference/wordpiece.ts";

const specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

function load(tokens: readonly string[], lowercase: boolean, names: readonly string[]): Promise<Tokenizer> {
  const files = tokenizerFiles(tokens, lowercase);
  return loadTokenizer(
    { name: "m", has: (name) => names.includes(name), text: (name) => Promise.resolve(files.get(name) ?? "") },
    tokens.length,
  );
}

const letters = fc.constantFrom(...Array.from("aabbccddeE\u00e9\u00c0ß中ñ19.,!-'"));
const texts = fc
  .array(fc.array(letters, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 40 })
  .map((words) => words.map((word) => word.join("")).join(" "));

describe("countWords", () => {
  test("finds words as BERT does, cased or not", async () => {
    const documents = [["The café, the Café-bar"], ["the\u00a0THE 中文"]];
    expect(new Map(await countWords(documents, true))).toEqual(
      new Map([
        ["the", 4],
        ["cafe", 2],
        [",", 1],
        ["-", 1],
        ["bar", 1],
        ["中", 1],
        ["文", 1],
      ]),
    );
    expect((await countWords(documents, false)).get("Café")).toBe(1);
    await expect(countWords([[" "]], true)).rejects.toThrow(/no word in the text/);
  });
});

/** Merging by its definition: count all pairs anew for every merge. Names of the new symbols, in order. */
function mergedByDefinition(
  words: readonly (readonly string[])[],
  counts: readonly number[],
  rounds: number,
): string[] {
  let current = words.map((word) => [...word]);
  const found: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const totals = new Map<string, number>();
    for (const [index, word] of current.entries()) {
      for (let at = 1; at < word.length; at++) {
        const key = `${word[at - 1]} ${word[at]}`;
        totals.set(key, (totals.get(key) ?? 0) + (counts[index] ?? 0));
      }
    }
    const most = Math.max(0, ...totals.values());
    const best = [...totals].filter(([, total]) => total === most).map(([key]) => key);
    // Ties have their own rule; the test has none.
    const [only, ...others] = best;
    if (most < 2 || only === undefined || others.length > 0) return found;
    const [left = "", right = ""] = only.split(" ");
    const name = left + right.replace("##", "");
    found.push(name);
    current = current.map((word) => {
      const after: string[] = [];
      for (let at = 0; at < word.length; at++) {
        if (word[at] === left && word[at + 1] === right) {
          after.push(name);
          at += 1;
        } else after.push(word[at] ?? "");
      }
      return after;
    });
  }
  return found;
}

describe("mergePairs", () => {
  test("joins the same pairs as counting all of them anew each time", () => {
    const word = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 7 });
    let joins = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(word, fc.integer({ min: 1, max: 999 })), { minLength: 1, maxLength: 20 }),
        (drawn) => {
          const spelled = drawn.map(([chars]) => chars.map((char, index) => (index === 0 ? char : `##${char}`)));
          const counts = drawn.map(([, count]) => count);
          const wanted = mergedByDefinition(spelled, counts, 12);
          const names = [...new Set(spelled.flat())];
          const start = names.length;
          const symbols = spelled.map((parts) => parts.map((part) => names.indexOf(part)));
          mergePairs({ names, words: symbols, counts }, start + new Set(wanted).size);
          const distinct = [...new Set(wanted)].filter((name) => names.indexOf(name) >= start);
          joins += distinct.length;
          expect(names.slice(start, start + distinct.length)).toEqual(distinct);
        },
      ),
    );
    expect(joins).toBeGreaterThan(100);
  });

  test("a pair that stands once is not joined; of equals the older goes first; aaa is aa, a", () => {
    const names = ["a", "##a", "b", "##b"];
    const words = [
      [0, 1, 1],
      [2, 3],
      [0, 3],
    ];
    mergePairs({ names, words, counts: [2, 2, 1] }, 100);
    expect(names).toEqual(["a", "##a", "b", "##b", "aa", "bb", "aaa"]);
    expect(words).toEqual([[6], [5], [0, 3]]);
  });
});

test("the queue gives pairs by their present count", () => {
  const change = fc.tuple(fc.nat(7), fc.integer({ min: 0, max: 20 }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const pairs = Array.from({ length: 8 }, (_, left) => ({ left, right: 0, count: 5 }));
      const queue = new PairQueue<(typeof pairs)[number]>();
      for (const pair of pairs) queue.push(pair);
      for (const [index, count] of changes) {
        const pair = pairs[index];
        if (pair === undefined) continue;
        const grew = count > pair.count;
        pair.count = count;
        if (grew) queue.push(pair);
      }
      const found: number[] = [];
      for (let pair = queue.pop(); pair !== null; pair = queue.pop())
        if (found.at(-1) !== pair.left) found.push(pair.left);
      const wanted = pairs.filter(({ count }) => count > 0);
      wanted.sort((one, other) => other.count - one.count || one.left - other.left);
      expect(found.filter((left) => (pairs[left]?.count ?? 0) > 0)).toEqual(wanted.map(({ left }) => left));
    }),
  );
});

describe("prunePieces", () => {
  const counts = new Map([
    ["abc", 10],
    ["ab", 1],
    ["xyz", 5],
  ]);
  const pieces = ["a", "##b", "##c", "x", "##y", "##z", "ab", "abc", "xy", "xyz"];

  test("drops what is hardly taken, and keeps what it must", () => {
    const kept = new Set(pieces.slice(0, 6));
    expect(prunePieces(pieces, counts, 8, kept)).toEqual([...pieces.slice(0, 6), "abc", "xyz"]);
    expect(prunePieces(pieces, counts, 3, kept)).toEqual(pieces.slice(0, 6));
    expect(prunePieces(pieces, counts, 99, kept)).toEqual(pieces);
  });

  test("tokens a word, an unknown one counting one", () => {
    expect(tokensPerWord(pieces, counts)).toBe(1);
    expect(tokensPerWord(pieces.slice(0, 6), new Map([...counts, ["q", 4]]))).toBe((30 + 2 + 15 + 4) / 20);
  });
});

describe("learnVocabulary", () => {
  test("covers every character of any text: no word is unknown, and the files load as the same tokenizer", async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.boolean(), async (text, lowercase) => {
        const counts = await countWords([[text]], lowercase);
        const tokens = learnVocabulary(counts, 60);
        expect(tokens.slice(0, 5)).toEqual(specials);
        expect(new Set(tokens).size).toBe(tokens.length);
        expect(tokens.length).toBeLessThanOrEqual(60);
        const reference = wordPiece(new Map(tokens.map((token, id) => [token, id])), lowercase);
        const wanted = [2, ...reference.ids(text), 3];
        expect(wanted).not.toContain(1);
        const fromText = await load(tokens, lowercase, ["vocab.txt", "tokenizer_config.json"]);
        const fromJson = await load(tokens, lowercase, ["tokenizer.json", "tokenizer_config.json", "vocab.txt"]);
        for (const tokenizer of [fromText, fromJson]) {
          expect([...tokenizer.encode(text, null, 1000).ids]).toEqual(wanted);
          expect(tokenizer.lowercase).toBe(lowercase);
          expect([...tokenizer.encode("a", "b", 10).types].at(-1)).toBe(1);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("frequent words become tokens of their own, rare ones do not; the order of the text does not matter", async () => {
    const text = `${"walking talked ".repeat(50)}${"walked talking ".repeat(40)}zebra`;
    const tokens = learnVocabulary(await countWords([[text]], true), 40);
    for (const word of ["walking", "talked", "walked", "talking"]) expect(tokens).toContain(word);
    expect(tokens).not.toContain("zebra");
    const backwards = text.split(" ").toReversed().join(" ");
    expect(learnVocabulary(await countWords([[backwards]], true), 40)).toEqual(tokens);
    expect(tokens.length).toBeLessThanOrEqual(40);
  });

  test("a character rarer than one in a million is left to [UNK]", () => {
    const counts = new Map([
      ["ab", 1_000_000],
      ["é", 1],
      ["ü", 3],
    ]);
    const tokens = learnVocabulary(counts, 20);
    expect(tokens).toContain("ü");
    expect(tokens).not.toContain("é");
  });

  test.each([8, 20.5, Number.NaN, 2 ** 25])("a size of %d is refused", (size) => {
    expect(() => learnVocabulary(new Map([["abcdef", 3]]), size)).toThrow(/vocabulary size is .* take 11 tokens/);
  });
});
