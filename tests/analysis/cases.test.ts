import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { casesOf, commonAnswer, isEasy, sharedRows, studyOf } from "../../src/analysis/cases.ts";
import type { DevAnswers } from "../../src/contract/answers.ts";
import { toBase64 } from "../../src/core/base64.ts";

/** Runs and their answers: one string a run, a digit a row. */
function classes(targets: string, said: Readonly<Record<string, readonly string[]>>) {
  const bytes = (digits: string): string => toBase64(Uint8Array.from(digits, Number));
  const runs = Object.entries(said).flatMap(([method, seeds]) =>
    seeds.map((digits, index) => ({ id: `${method}-seed${index + 1}`, method, digits })),
  );
  const answers: DevAnswers = {
    kind: "classes",
    rowCount: targets.length,
    targets: bytes(targets),
    predictions: Object.fromEntries(runs.map(({ id, digits }) => [id, bytes(digits)])),
    probabilities: {},
  };
  return { answers, runs };
}

const { answers, runs } = classes("01010", {
  b: ["01100", "01101", "00110"],
  vanilla: ["01011", "00011", "01001"],
});

describe("classes", () => {
  const study = studyOf(answers, runs);

  test("counts the seeds that got each row right", () => {
    expect(study?.methods.map(({ method, right }) => [method, ...right])).toEqual([
      ["b", 3, 2, 0, 1, 2],
      ["vanilla", 3, 2, 3, 2, 0],
    ]);
  });

  test("easy, hard, won and lost against vanilla, wherever it stands", () => {
    const [b, vanilla] = casesOf(study);
    expect(b).toEqual({
      method: "b",
      reference: "vanilla",
      seedCount: 3,
      easyCount: 3,
      hardCount: 2,
      // Rows 0 to 3 are easy for vanilla, row 4 is hard.
      rightOnEasy: 6 / 12,
      rightOnHard: 2 / 3,
      wins: [4],
      losses: [2, 3],
    });
    expect(vanilla).toMatchObject({ easyCount: 4, hardCount: 1, wins: [], losses: [], rightOnHard: 0 });
  });

  test("what all find easy or hard, and what most seeds say", () => {
    if (study === null) throw new Error("the answers were not read");
    expect(sharedRows(study, true)).toEqual([0, 1]);
    expect(sharedRows(study, false)).toEqual([]);
    const [b] = study.methods;
    expect(b === undefined ? [] : [0, 1, 2, 3, 4].map((row) => commonAnswer(b, row, "classes"))).toEqual([
      0, 1, 1, 0, 0,
    ]);
  });

  test("a method whose seeds are divided finds a row neither easy nor hard", () => {
    const two = classes("01", { a: ["01", "00"] });
    const [method] = studyOf(two.answers, two.runs)?.methods ?? [];
    expect(method === undefined ? [] : [isEasy(method, 0), isEasy(method, 1)]).toEqual([true, null]);
    expect(casesOf(studyOf(two.answers, two.runs))[0]).toMatchObject({ easyCount: 1, hardCount: 0, rightOnHard: null });
  });
});

test("a score is right within a tenth of the range", () => {
  const scores = (...values: readonly number[]): string => {
    const view = new DataView(new ArrayBuffer(4 * values.length));
    for (const [row, value] of values.entries()) view.setFloat32(4 * row, value, true);
    return toBase64(new Uint8Array(view.buffer));
  };
  const predictions = { "a-seed1": scores(0.5, 2, 5.75), "a-seed2": scores(0, 3, 4.25) };
  const of: DevAnswers = { kind: "scores", rowCount: 3, targets: scores(0, 2.5, 5), predictions, probabilities: {} };
  const study = studyOf(of, [{ id: "a-seed1", method: "a" }, { id: "a-seed2", method: "a" }]); // prettier-ignore
  expect(study?.tolerance).toBe(0.5);
  const [a] = study?.methods ?? [];
  expect([...(a?.right ?? [])]).toEqual([2, 2, 0]);
  expect(a === undefined ? null : commonAnswer(a, 2, "scores")).toBe(5);
});

describe("what does not fit is left out", () => {
  test("no answers, none of this length, no base64, a run without any", () => {
    expect(studyOf(null, runs)).toBeNull();
    expect(studyOf({ ...answers, rowCount: 4 }, runs)).toBeNull();
    expect(studyOf({ ...answers, targets: "!" }, runs)).toBeNull();
    expect(studyOf({ ...answers, predictions: {} }, runs)).toBeNull();
    const short = { ...answers.predictions, "b-seed1": "AA==" };
    expect(studyOf({ ...answers, predictions: short }, runs)?.methods[0]).toMatchObject({ seedCount: 2 });
    expect(casesOf(null)).toEqual([]);
  });

  test("whatever a file holds, nothing is thrown", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(20), (targets, said, rowCount) => {
        const predictions = { "b-seed1": said };
        const study = studyOf({ kind: "classes", rowCount, targets, predictions, probabilities: {} }, runs);
        expect(casesOf(study).length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
