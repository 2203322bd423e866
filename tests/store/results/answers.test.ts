import { beforeAll, describe, expect, it } from "vitest";
import { scoreOf } from "../../../src/analysis/scores/metrics.ts";
import { fromBase64, toBase64 } from "../../../src/core/base64.ts";
import type { ExperimentResult } from "../../../src/contract/run.ts";
import { Archive } from "../../../src/store/results/archive.ts";
import { answeringMethods, answersAt } from "../../../src/store/results/answers.ts";
import { createFakeTrainer } from "../fake-trainer.ts";

let result: ExperimentResult;
const archiveOf = (one: ExperimentResult): Archive => {
  const archive = new Archive();
  archive.load(one);
  return archive;
};

beforeAll(async () => {
  const methods = ["plain", "two"].map((id) => ({ id, values: { dropout: 0.1, note: null } }));
  result = await createFakeTrainer().start(
    { methods, seeds: [1, 2, 3], training: { epochs: 1 }, grid: [], order: "sequential" as const },
    () => undefined,
  );
});

describe("what the answers come to", () => {
  it("of one run are its own, of all runs their mean", () => {
    const archive = archiveOf(result);
    const methods = answeringMethods(archive, {});
    expect(methods.map(({ method, runs }) => [method, runs.map(({ seed }) => seed)])).toEqual([
      ["plain", [1, 2, 3]],
      ["two", [1, 2, 3]],
    ]);
    const targets = [...(fromBase64(result.answers?.targets ?? "") ?? [])];
    const accuracies = (methods[1]?.runs ?? []).map(({ run }) => {
      const said = [...(fromBase64(result.answers?.predictions[run] ?? "") ?? [])];
      const accuracy = scoreOf("accuracy", said, targets);
      const found = answersAt(archive, {}, { method: "two", run });
      expect(found).toMatchObject({ kind: "classes", runCount: 1, rowCount: 277, report: { accuracy } });
      // At a half, either class's curve says what the run decided.
      for (const curve of found?.kind === "classes" ? (found.thresholds ?? []) : []) {
        expect(curve[50]?.accuracy).toBeCloseTo(accuracy ?? 0, 12);
      }
      return accuracy ?? 0;
    });
    const all = answersAt(archive, {}, { method: "two", run: null });
    if (all?.kind !== "classes") throw new Error("no classes");
    expect(all.report.accuracy).toBeCloseTo(accuracies.reduce((sum, one) => sum + one, 0) / 3, 12);
    expect(all.confusion.flat().reduce((sum, count) => sum + count, 0)).toBeCloseTo(277, 9);
    expect(all.calibration?.bins.reduce((sum, { count }) => sum + count, 0)).toBe(3 * 277);
  });

  it("say nothing of thresholds where some run's probabilities were not kept", () => {
    const { answers } = result;
    if (answers === null) throw new Error("no answers");
    const { ["two-seed2"]: _, ...probabilities } = answers.probabilities;
    const archive = archiveOf({ ...result, answers: { ...answers, probabilities } });
    expect(answersAt(archive, {}, { method: "two", run: null })).toMatchObject({ thresholds: null, calibration: null });
    const one = answersAt(archive, {}, { method: "two", run: "two-seed1" });
    expect(one?.kind === "classes" && one.thresholds !== null && one.calibration !== null).toBe(true);
  });

  it("are there for scores, thinned for the picture; and none where a result holds none", () => {
    const bytes = (values: readonly number[]): string => toBase64(new Uint8Array(Float32Array.from(values).buffer));
    const targets = Array.from({ length: 1500 }, (_, row) => (row % 11) / 2);
    const said = targets.map((target) => target + 0.25);
    const answers = {
      kind: "scores" as const,
      rowCount: 1500,
      targets: bytes(targets),
      predictions: { "plain-seed1": bytes(said) },
      probabilities: {},
    };
    const config = { ...result.config, labels: [] };
    const archive = archiveOf({ ...result, config, answers });
    expect(answeringMethods(archive, {})).toEqual([{ method: "plain", runs: [{ run: "plain-seed1", seed: 1 }] }]);
    const found = answersAt(archive, {}, { method: "plain", run: null });
    if (found?.kind !== "scores") throw new Error("no scores");
    expect(found.report).toMatchObject({ meanAbsoluteError: 0.25, meanResidual: 0.25 });
    expect(found.points).toHaveLength(500);
    expect(found.bands.map(({ meanResidual }) => meanResidual)).toEqual([0.25, 0.25, 0.25, 0.25, 0.25]);
    expect(answeringMethods(archiveOf({ ...result, answers: null }), {})).toEqual([]);
    expect(answersAt(archive, {}, { method: "two", run: null })).toBeNull();
  });
});
