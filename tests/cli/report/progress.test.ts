import { expect, test } from "vitest";
import { Progress } from "../../../src/cli/report/progress.ts";
import type { RunRecord } from "../../../src/contract/run.ts";
import { recordingTerminal } from "../recording-terminal.ts";

const run: RunRecord = {
  id: "dps-dense-frozenShare=0.2-learningRate=0.00002-seed3",
  method: "dps-dense",
  label: "DPS Dense",
  seed: 3,
  status: "running",
  error: null,
  values: {},
  setting: { frozenShare: 0.2, learningRate: 2e-5 },
  stepCount: 10,
  steps: [],
  evaluations: [],
  selections: [],
  times: [],
  memoryBytes: {},
  elapsedMs: 0,
  openMs: 0,
  subnetwork: null,
};

test("a run's lines say its setting in the words of the tables", () => {
  const terminal = recordingTerminal();
  const { emit } = new Progress(terminal, [{ id: "accuracy", label: "Accuracy", primary: true }]);
  emit({ kind: "queued", runs: [run] });
  emit({ kind: "started", run });
  const evaluation = { step: 5, epoch: 0.5, loss: 0.25, scores: { accuracy: 0.75 } };
  emit({ kind: "evaluation", run: run.id, evaluation });
  emit({ kind: "ended", run: run.id, status: "completed", error: null, elapsedMs: 2000 });
  const name = "run 1/1 dps-dense trained share 0.8 learning rate 2e-5 seed 3";
  expect(terminal.lines[0]).toBe(`${name}  step 5/10  epoch 0.50  train loss NaN  dev loss 0.2500  accuracy 75.00`);
  expect(terminal.lines[1]).toMatch(new RegExp(`^${name}: completed, early at step 0 of 10, in `));
});

test("sleep that a run's time leaves out is told after it", () => {
  const terminal = recordingTerminal();
  const { emit } = new Progress(terminal, []);
  emit({ kind: "started", run });
  emit({ kind: "ended", run: run.id, status: "completed", error: null, elapsedMs: 2000, sleptMs: 725_000 });
  expect(terminal.lines.at(-1)).toMatch(/^run 1\/0 .* seed 3: slept 12 min 05 s, which its time leaves out$/);
});
