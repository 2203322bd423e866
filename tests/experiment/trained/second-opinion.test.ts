import { expect, test } from "vitest";
import { answerOf, compareLogits } from "../../../src/experiment/trained/second-opinion.ts";

const ours = Float32Array.of(0.5, -0.5, 0.25, 1, -2, 2);

test("equal logits agree, of all rows or of the first", () => {
  expect(compareLogits([...ours], ours, 2, 3)).toEqual({
    rowCount: 3,
    devCount: 3,
    maxLogitDifference: 0,
    equalShare: 1,
    limit: 1e-3,
    agrees: true,
  });
  expect(compareLogits([0.5, -0.5], ours, 2, 3)).toMatchObject({ rowCount: 1, devCount: 3, agrees: true });
});

test("a difference above the limit is no agreement, whatever the classes are", () => {
  const opinion = compareLogits([0.5, -0.5, 0.25, 1.25, -2, 2], ours, 2, 3);
  expect(opinion).toMatchObject({ maxLogitDifference: 0.25, equalShare: 1, agrees: false });
  expect(compareLogits([-1, 1, 0.25, 1, -2, 2], ours, 2, 3).equalShare).toBe(2 / 3);
});

test("what is not finite agrees with nothing", () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(compareLogits([bad, ...ours.slice(1)], ours, 2, 3).agrees).toBe(false);
    expect(compareLogits([...ours.slice(0, 5), bad], ours, 2, 3).agrees).toBe(false);
  }
});

test("a regression's scores are equal within the limit", () => {
  const opinion = compareLogits([0.5, -0.4], Float32Array.of(0.5, -0.5), 1, 2);
  expect(opinion).toMatchObject({ equalShare: 0.5, agrees: false });
});

test("probabilities are a softmax that large logits do not overflow; a regression has a score", () => {
  const { probabilities, score } = answerOf(Float32Array.of(1000, 1000), ["no", "yes"]);
  expect(probabilities).toEqual([
    { label: "no", probability: 0.5 },
    { label: "yes", probability: 0.5 },
  ]);
  expect(score).toBeNull();
  expect(answerOf(Float32Array.of(3.5), [])).toEqual({ probabilities: [], score: 3.5 });
});
