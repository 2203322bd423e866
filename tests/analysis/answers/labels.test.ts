import { describe, expect, test } from "vitest";
import { labelReportOf, meanLabelReport } from "../../../src/analysis/answers/label-report.ts";
import { packLabelSets, setName, setNumbersOf, unpackLabelSets } from "../../../src/analysis/answers/label-sets.ts";
import type { DevAnswers } from "../../../src/contract/answers.ts";

describe("sets of labels", () => {
  // Ten labels: a row takes two bytes.
  const rows = [
    [1, 0, 0, 0, 1, 0, 0, 1, 0, 1],
    [0, 0, 0, 0, 0, 0, 0, 0, 1, 0],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  ];
  const flags = rows.flat();
  const text = packLabelSets(flags, 10);

  test("take a bit a label, each row bytes of its own, and are read back", () => {
    expect(Array.from(atob(text), (one) => one.charCodeAt(0))).toEqual([0b10010001, 0b10, 0, 0b1, 0, 0]);
    expect(unpackLabelSets(text, 3, 10)).toEqual(Uint8Array.from(flags));
    for (const [rowCount, labelCount] of [
      [2, 10],
      [3, 8],
      [3, 17],
    ] as const) {
      expect(unpackLabelSets(text, rowCount, labelCount)).toBeNull();
    }
    expect(unpackLabelSets("?", 3, 10)).toBeNull();
  });

  test("have numbers, equal ones the same in all texts of the answers, and names", () => {
    const answers: DevAnswers = { kind: "sets", rowCount: 3, targets: text, predictions: {}, probabilities: {} };
    const numbers = setNumbersOf(answers, text);
    expect(numbers).toEqual(Uint32Array.of(0, 1, 2));
    const turned = [...flags.slice(10), ...flags.slice(0, 10)];
    expect(setNumbersOf(answers, packLabelSets(turned, 10))).toEqual(Uint32Array.of(1, 2, 0));
    const labels = Array.from("abcdefghij");
    expect([0, 1, 2].map((number) => setName(answers, number, labels))).toEqual(["a, e, h, j", "i", "none"]);
    expect(["", "AAAA AAA", btoa("\0")].map((other) => setNumbersOf(answers, other))).toEqual([null, null, null]);
  });
});

describe("how a run did by label", () => {
  // Three rows of three labels.
  const targets = [1, 0, 0, 1, 1, 0, 0, 1, 0];
  const said = [1, 0, 1, 0, 1, 0, 0, 1, 0];
  const report = labelReportOf(targets, said, 3);

  test("is each label's precision and recall, and 0 where there is nothing to divide by", () => {
    expect(report).toEqual({
      labels: [
        { precision: 1, recall: 1 / 2, f1: 2 / 3, support: 2, predicted: 1 },
        { precision: 1, recall: 1, f1: 1, support: 2, predicted: 2 },
        { precision: 0, recall: 0, f1: 0, support: 0, predicted: 1 },
      ],
      microF1: 6 / 8,
      macroF1: expect.closeTo(5 / 9, 12),
      subsetAccuracy: 1 / 3,
    });
  });

  test("is the mean over runs, score by score", () => {
    const mean = meanLabelReport([report, labelReportOf(targets, targets, 3)]);
    expect(mean.labels[0]).toEqual({
      precision: 1,
      recall: 3 / 4,
      f1: expect.closeTo(5 / 6, 12),
      support: 2,
      predicted: 1.5,
    });
    expect([mean.microF1, mean.subsetAccuracy]).toEqual([7 / 8, expect.closeTo(2 / 3, 12)]);
    expect(meanLabelReport([]).labels).toEqual([]);
  });
});
