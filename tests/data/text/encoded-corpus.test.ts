import { describe, expect, test } from "vitest";
import { cutDocuments, partOf, splitCorpus, type EncodedCorpus } from "../../../src/data/text/encoded-corpus.ts";
import { madeCorpus } from "../pretraining-corpus.ts";

/** Documents as text, to be compared. */
function documentsOf({ ids, sentences, documents }: EncodedCorpus): string[] {
  return Array.from({ length: documents.length - 1 }, (_, document) => {
    const [begin, end] = [documents[document] ?? 0, documents[document + 1] ?? 0];
    return Array.from({ length: end - begin }, (_, index) =>
      ids.slice(sentences[begin + index], sentences[begin + index + 1]).join(" "),
    ).join(" / ");
  });
}

test("partOf finds the part that holds an element", () => {
  const offsets = Uint32Array.of(0, 3, 4, 9);
  expect([0, 2, 3, 4, 8].map((at) => partOf(offsets, at))).toEqual([0, 0, 1, 2, 2]);
});

describe("splitCorpus", () => {
  const corpus = madeCorpus(50, 1);

  test("holds whole documents out, none lost, none changed, in their order", () => {
    const { train, heldOut } = splitCorpus(corpus, 0.1, 7);
    const [all, left, right] = [corpus, train, heldOut].map(documentsOf);
    expect(right).toHaveLength(5);
    expect(all?.filter((document) => !right?.includes(document))).toEqual(left);
    expect([...(left ?? []), ...(right ?? [])].sort()).toEqual([...(all ?? [])].sort());
    expect(train.sentences.at(-1)).toBe(train.ids.length);
    expect(train.documents.at(-1)).toBe(train.sentences.length - 1);
    expect(heldOut.special).toEqual(corpus.special);
  });

  test("the same seed gives the same split, another seed another", () => {
    const held = (seed: number): string[] => documentsOf(splitCorpus(corpus, 0.2, seed).heldOut);
    expect(held(1)).toEqual(held(1));
    expect(held(1)).not.toEqual(held(2));
  });

  test("ids above 16 bits stay what they are", () => {
    const wide = { ...corpus, ids: Uint32Array.from(corpus.ids, (id) => id + 100_000) };
    expect(splitCorpus(wide, 0.5, 1).heldOut.ids.every((id) => id >= 100_000)).toBe(true);
  });

  test.each([0, 1, -0.1, Number.NaN])("a share of %d is refused", (share) => {
    expect(() => splitCorpus(corpus, share, 1)).toThrow(/must be between 0 and 1/);
  });

  test("one document cannot be split", () => {
    expect(() => splitCorpus(madeCorpus(1, 1), 0.1, 1)).toThrow(/has 1 documents, too few/);
  });
});

describe("cutDocuments", () => {
  test("leaves a text of ten documents as it is", () => {
    const corpus = madeCorpus(10, 1);
    expect(cutDocuments(corpus)).toBe(corpus);
  });

  test("cuts few long documents into pieces of two sentences or more, none across a border", () => {
    const few = madeCorpus(3, 1);
    const cut = cutDocuments(few);
    expect(documentsOf(cut).flatMap((document) => document.split(" / "))).toEqual(
      documentsOf(few).flatMap((document) => document.split(" / ")),
    );
    expect([...cut.documents]).toEqual(expect.arrayContaining([...few.documents]));
    const wholeShort = documentsOf(few).filter((document) => !document.includes(" / "));
    const single = documentsOf(cut).filter((document) => !document.includes(" / "));
    expect(single).toEqual(wholeShort);
    expect(cut.documents.length).toBeGreaterThan(few.documents.length);
  });

  test("a text without any empty line can be split", () => {
    const { sentences, ...rest } = madeCorpus(30, 1);
    const one = { ...rest, sentences, documents: Uint32Array.of(0, sentences.length - 1) };
    const { train, heldOut } = splitCorpus(cutDocuments(one), 0.1, 1);
    expect(train.ids.length + heldOut.ids.length).toBe(one.ids.length);
    expect(heldOut.ids.length).toBeLessThan(0.25 * one.ids.length);
  });
});
