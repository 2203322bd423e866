import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { commonLabels } from "../../../src/data/dataset/common-labels.ts";

const three = ["entailment", "neutral", "contradiction"];
const two = ["entailment", "not_entailment"];

/** The common label of every trained one and of every one of the set, in words; and what is said of it. */
function mapped(trained: readonly string[], found: readonly string[], numbered = false) {
  const { labels, ofTrained, ofFound, mapping } = commonLabels(trained, found, numbered);
  const names = (indices: readonly number[]): string => indices.map((index) => labels[index]).join(" ");
  return { labels: labels.join(" "), trained: names(ofTrained), found: names(ofFound), mapping };
}

function refusalOf(trained: readonly string[], found: readonly string[], numbered = false): AppError {
  try {
    commonLabels(trained, found, numbered);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("the same labels", () => {
  test("are matched by name and not by place, whatever their case, blanks, hyphens and underscores", () => {
    const turned = commonLabels(["no", "yes", "not sure"], ["Not-Sure", "YES", "no"], false);
    expect(turned).toEqual({
      labels: ["no", "yes", "not sure"],
      ofTrained: [0, 1, 2],
      ofFound: [2, 1, 0],
      mapping: null,
    });
    expect(mapped(two, ["Not Entailment", "ENTAILMENT"]).mapping).toBeNull();
  });

  test("that differ in case alone stay apart where both sides have both", () => {
    expect(commonLabels(["A", "a"], ["a", "A"], false)).toMatchObject({ ofTrained: [0, 1], ofFound: [1, 0] });
  });

  test("of which the set lacks some are matched, and what it lacks is said", () => {
    expect(mapped(["a", "b", "c"], ["c", "a"])).toMatchObject({
      labels: "a b c",
      found: "c a",
      mapping: 'The set has no row labelled "b".',
    });
  });
});

describe("labels of inference", () => {
  test.each([
    ["three trained, two found", three, two, "entailment not_entailment not_entailment", "entailment not_entailment"],
    ["HANS", three, ["non-entailment", "entailment"], "entailment not_entailment not_entailment", "not_entailment entailment"],
    ["SciTail found", three, ["entails", "neutral"], "entailment not_entailment not_entailment", "entailment not_entailment"],
    ["two trained, three found", two, ["CONTRADICTION", "ENTAILMENT", "NEUTRAL"], "entailment not_entailment", "not_entailment entailment not_entailment"],
    ["SciTail trained, three found", ["entails", "neutral"], three, "entails not_entailment", "entails not_entailment not_entailment"],
    ["SciTail trained, RTE found", ["entails", "neutral"], two, "entails not_entailment", "entails not_entailment"],
    ["RTE trained, SciTail found", two, ["entails", "neutral"], "entailment not_entailment", "entailment not_entailment"],
    ["QNLI's order", ["not_entailment", "entailment"], three, "not_entailment entailment", "entailment not_entailment not_entailment"],
    ["letters", three, ["c", "e", "n"], "entailment neutral contradiction", "contradiction entailment neutral"],
    ["no neutral", three, ["contradiction", "entails"], "entailment neutral contradiction", "contradiction entailment"],
    ["one label", three, ["Entails"], "entailment neutral contradiction", "entailment"],
    ["two of the three trained", ["contradiction", "entailment"], three, "not_entailment entailment", "entailment not_entailment not_entailment"],
    ["numbers of three", three, ["0", "1", "2"], "entailment neutral contradiction", "entailment neutral contradiction"],
    ["numbers of three in another order", ["contradiction", "entailment", "neutral"], ["0", "1", "2"], "contradiction entailment neutral", "entailment neutral contradiction"],
    ["numbers of two", three, ["1", "0"], "entailment not_entailment not_entailment", "not_entailment entailment"],
    ["numbers of two on RTE", two, ["0", "1"], "entailment not_entailment", "entailment not_entailment"],
    ["numbers trained", ["0", "1", "2"], ["neutral", "entails", "contradicts"], "0 1 2", "1 0 2"],
    ["numbers of two trained", ["0", "1"], three, "0 1", "0 1 1"],
    ["one meaning spelled in two ways", ["entails", "entailment", "neutral", "contradiction"], ["c", "e"], "entails entails neutral contradiction", "contradiction entails"],
  ])("%s", (_, trained, found, trainedNames, foundNames) => {
    expect(mapped(trained, found)).toMatchObject({ trained: trainedNames, found: foundNames });
  }); // prettier-ignore

  test("are told in a sentence", () => {
    expect(mapped(three, ["1", "0"]).mapping).toBe(
      'Of the model\'s labels, "neutral" and "contradiction" count as "not_entailment"; of the set\'s labels, "1" counts ' +
        'as "not_entailment", "0" counts as "entailment".',
    );
    expect(mapped(two, three).mapping).toBe(
      'Of the set\'s labels, "neutral" and "contradiction" count as "not_entailment".',
    );
    expect(mapped(three, ["contradiction", "entails"]).mapping).toBe(
      'Of the set\'s labels, "entails" counts as "entailment"; the set has no row labelled "neutral".',
    );
  });
});

test("numbers are a task's own labels in their order where its files have them so, unless they are of inference", () => {
  expect(mapped(["negative", "positive"], ["1", "0"], true)).toMatchObject({
    found: "positive negative",
    mapping: 'Of the set\'s labels, "1" counts as "positive", "0" counts as "negative".',
  });
  expect(mapped(["not_entailment", "entailment"], ["0", "1"], true).found).toBe("entailment not_entailment");
});

describe("labels that cannot be held against each other", () => {
  test.each([
    ["other words", ["a", "b"], ["a", "c"], false],
    ["numbers of words that are not of inference", ["negative", "positive"], ["0", "1"], false],
    ["a number too many", ["negative", "positive"], ["0", "1", "2"], true],
    ["numbers beyond those of inference", three, ["1", "2", "3"], false],
    ["words on one side only", ["good", "bad"], three, false],
    ["a label that was not trained", ["entailment", "neutral", "contradiction", "irrelevant"], three.slice(0, 2).concat("odd"), false],
    ["a model that knows no entailment", ["neutral", "contradiction"], three, false],
  ])("%s", (_, trained, found, numbered) => {
    const refusal = refusalOf(trained, found, numbered);
    expect(refusal.code).toBe("bad-labels");
    for (const label of [...trained, ...found]) expect(refusal.message).toContain(`"${label}"`);
    expect(refusal.message).toMatch(/Wanted are the same, or those of inference.*Rename the set's, and leave other rows out\.$/);
  }); // prettier-ignore

  test("are named shortly, however many and long they are", () => {
    const many = Array.from({ length: 1000 }, (_, index) => `${index} ${"x".repeat(1000)}`);
    const { message } = refusalOf(["a", "b"], many);
    expect(message).toContain("and 999 more");
    expect(message.length).toBeLessThan(300);
  });
});

test("whatever the labels, a common class is one of the trained ones, and both sides have theirs", () => {
  const words = [
    "entailment",
    "Entails",
    "neutral",
    "contradiction",
    "not-entailment",
    "e",
    "0",
    "1",
    "2",
    "yes",
    "A",
    "a",
  ];
  const labels = fc.uniqueArray(fc.constantFrom(...words), { minLength: 2, maxLength: 5 });
  let mappedCount = 0;
  fc.assert(
    fc.property(labels, labels, fc.boolean(), (trained, found, numbered) => {
      let common;
      try {
        common = commonLabels(trained, found, numbered);
      } catch (error) {
        expect(error).toMatchObject({ code: "bad-labels" });
        return;
      }
      mappedCount += 1;
      expect(common.labels.length).toBeLessThanOrEqual(trained.length);
      expect(common.labels.length).toBeGreaterThanOrEqual(2);
      expect(common.ofTrained.length).toBe(trained.length);
      expect(common.ofFound.length).toBe(found.length);
      for (const index of [...common.ofTrained, ...common.ofFound]) expect(common.labels[index]).toBeDefined();
      // Every common class can be predicted.
      expect(new Set(common.ofTrained)).toEqual(new Set(common.labels.keys()));
    }),
    { numRuns: 2000 },
  );
  expect(mappedCount).toBeGreaterThan(50);
});
