import { describe, expect, test } from "vitest";
import { EarlyStopping } from "../../../src/train/finetuning/early-stopping.ts";

const task = {
  metrics: [
    { id: "f1", label: "F1", primary: false },
    { id: "accuracy", label: "Accuracy", primary: true },
  ],
};

/** The number of the evaluation, from 1, after which a run with these primary scores ends; null: it does not. */
function endOf(patience: number | null, scores: readonly (number | null)[]): number | null {
  const stopping = new EarlyStopping(task, patience);
  const index = scores.findIndex((accuracy, at) => stopping.see({ scores: { accuracy, f1: at } }));
  return index === -1 ? null : index + 1;
}

describe("early stopping", () => {
  test("ends a run after so many evaluations in a row without a better primary score", () => {
    expect(endOf(2, [0.5, 0.6, 0.55, 0.58, 0.7])).toBe(4);
    expect(endOf(3, [0.5, 0.6, 0.55, 0.58, 0.7])).toBeNull();
    expect(endOf(1, [0.5, 0.6, 0.6])).toBe(3);
    expect(endOf(2, [0.5, 0.4, 0.6, 0.5, 0.7])).toBeNull();
  });

  test("is off where nobody asked", () => {
    expect(endOf(null, [0.5, 0.4, 0.3, 0.2])).toBeNull();
  });

  test("takes a score that is undefined for no better one", () => {
    expect(endOf(2, [null, null, 0.1])).toBe(2);
    expect(endOf(2, [null, 0.1, null, null])).toBe(4);
  });
});
