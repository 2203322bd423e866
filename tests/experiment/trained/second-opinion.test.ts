import { expect, test } from "vitest";
import { answerOf, compareLogits } from "../../../src/experiment/trained/second-opinion.ts";

const ours = Float32Array.of(0.5, -0.5, 0.25, 1, -2, 2);

test("equal logits agree, of all rows or of the first", () => {
  expect(compareLogits([...ours], ours, 2, 3, "classification")).toEqual({
    rowCount: 3,
    devCount: 3,
    maxLogitDifference: 0,
    equalShare: 1,
    limit: 1e-3,
    agrees: true,
  });
  expect(compareLogits([0.5, -0.5], ours, 2, 3, "classification")).toMatchObject({
    rowCount: 1,
    devCount: 3,
    agrees: true,
  });
});

test("a difference above the limit is no agreement, whatever the classes are", () => {
  const opinion = compareLogits([0.5, -0.5, 0.25, 1.25, -2, 2], ours, 2, 3, "classification");
  expect(opinion).toMatchObject({ maxLogitDifference: 0.25, equalShare: 1, agrees: false });
  expect(compareLogits([-1, 1, 0.25, 1, -2, 2], ours, 2, 3, "classification").equalShare).toBe(2 / 3);
});

test("what is not finite agrees with nothing", () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(compareLogits([bad, ...ours.slice(1)], ours, 2, 3, "classification").agrees).toBe(false);
    expect(compareLogits([...ours.slice(0, 5), bad], ours, 2, 3, "classification").agrees).toBe(false);
  }
});

test("a regression's scores are equal within the limit", () => {
  const opinion = compareLogits([0.5, -0.4], Float32Array.of(0.5, -0.5), 1, 2, "regression");
  expect(opinion).toMatchObject({ equalShare: 0.5, agrees: false });
});

test("probabilities are a softmax that large logits do not overflow; a regression has a score", () => {
  const { probabilities, score } = answerOf(Float32Array.of(1000, 1000), {
    kind: "classification",
    labels: ["no", "yes"],
  });
  expect(probabilities).toEqual([
    { label: "no", probability: 0.5, chosen: true },
    { label: "yes", probability: 0.5, chosen: false },
  ]);
  expect(score).toBeNull();
  expect(answerOf(Float32Array.of(3.5), { kind: "regression", labels: [] })).toEqual({ probabilities: [], score: 3.5 });
});

test("several labels have a probability each, and the answer is those of a half or more", () => {
  const about = { kind: "multi-label" as const, labels: ["a", "b", "c"] };
  expect(answerOf(Float32Array.of(0, -Math.log(3), 1000), about)).toEqual({
    probabilities: [
      { label: "a", probability: 0.5, chosen: true },
      { label: "b", probability: expect.closeTo(0.25, 6) as number, chosen: false },
      { label: "c", probability: 1, chosen: true },
    ],
    score: null,
  });
  // The second row has the same labels, the first does not.
  const opinion = compareLogits([1, -1, 1, -1], Float32Array.of(1, 1, 2, -2), 2, 2, "multi-label");
  expect(opinion).toMatchObject({ rowCount: 2, equalShare: 0.5, agrees: false });
});
