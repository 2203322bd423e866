import { expect, test } from "vitest";
import { fromBase64 } from "../../../src/core/base64.ts";
import { AnswerKeeper } from "../../../src/experiment/running/answers.ts";
import type { Session } from "../../../src/train/finetuning/session.ts";
import { syntheticSplit, syntheticTask } from "../../train/synthetic.ts";

const said = (logits: Float32Array): Session => ({ lastDev: { logits, loss: 0 } }) as Session;
const splitOf = (labels: Float32Array, count: number) => ({ ...syntheticSplit(1, 4, 9), labels, count });

test("a run that is tried again has its room again, and what finds none is left out", () => {
  // Two of these texts and the labels take more than 32 MiB, one and the labels do not.
  const rowCount = 2_200_000;
  const dev = splitOf(new Float32Array(rowCount), rowCount);
  const keeper = new AnswerKeeper({ dev, task: { ...syntheticTask, kind: "regression" } });
  for (const [run, score] of [
    ["one", 1],
    ["one", 2],
    ["two", 3],
  ] as const)
    keeper.keep(said(new Float32Array(rowCount).fill(score)), run);
  const answers = keeper.answers();
  expect(Object.keys(answers?.predictions ?? {})).toEqual(["one"]);
  const bytes = fromBase64(answers?.predictions["one"] ?? "");
  expect(new Float32Array(bytes?.buffer ?? new ArrayBuffer())[rowCount - 1]).toBe(2);
});

test("several labels a row are kept as bits, from a logit of 0 on, without probabilities", () => {
  const dev = splitOf(Float32Array.of(1, 0, 1, 0, 1, 0), 2);
  const keeper = new AnswerKeeper({ dev, task: { ...syntheticTask, kind: "multi-label" } });
  keeper.keep(said(Float32Array.of(-0.1, 0, 3, 2, -5, -1)), "one");
  expect(keeper.answers()).toEqual({
    kind: "sets",
    rowCount: 2,
    targets: btoa("\x05\x02"),
    predictions: { one: btoa("\x06\x01") },
    probabilities: {},
  });
});

test("what earlier runs said stays, where it was of the same rows", () => {
  const dev = splitOf(Float32Array.of(1, 0), 2);
  const keeper = new AnswerKeeper({ dev, task: syntheticTask });
  keeper.keep(said(Float32Array.of(0, 1, 1, 0)), "one");
  const before = keeper.answers();
  const later = new AnswerKeeper({ dev, task: syntheticTask }, before);
  later.keep(said(Float32Array.of(1, 0, 1, 0)), "two");
  expect(later.answers()?.predictions).toEqual({ one: btoa("\x01\x00"), two: btoa("\x00\x00") });
  const others = { dev: splitOf(Float32Array.of(0, 1), 2), task: syntheticTask };
  expect(() => new AnswerKeeper(others, before)).toThrow(/labels of the dev rows are others/);
});
