import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PretrainProgress } from "../../../src/cli/pretrain/pretrain-progress.ts";
import { recordingTerminal } from "../recording-terminal.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const losses = (step: number) => ({
  step,
  words: { loss: Math.log(20), accuracy: 0.5 },
  next: { loss: 0.5, accuracy: 0.75 },
});
const stepOf = (step: number) => ({ ...losses(step), gradNorm: 1, learningRate: 1e-3, tokens: 100 });
const fresh = { tokens: 0, elapsedMs: 0, evaluations: [] };

/** Twelve steps of ten seconds; a measurement after the ninth. */
function told(width: number | null) {
  const terminal = { ...recordingTerminal(), width };
  const statuses: string[] = [];
  const progress = new PretrainProgress({ ...terminal, status: (text) => statuses.push(text) }, 12, 0, fresh);
  for (let step = 1; step <= 12; step++) {
    vi.advanceTimersByTime(10_000);
    progress.steps([stepOf(step)]);
    if (step === 9) progress.evaluation(losses(step));
  }
  return { lines: terminal.lines, statuses };
}

test("in a file or a pipe a line a minute stays, measurements at once", () => {
  const { lines, statuses } = told(null);
  expect(lines).toEqual([
    "step 6/12  words 2.996 (50.0 %)  next 0.500 (75.0 %)  10 tokens/s  1 min 00 s left",
    "step 9/12  held-out  words 2.996 (50.0 %)  next 0.500 (75.0 %)  perplexity 20.00  10 tokens/s  30 s left",
  ]);
  expect(statuses).toEqual([]);
});

test("in a terminal one line changes, and only measurements stay", () => {
  const { lines, statuses } = told(80);
  expect(lines.map((line) => line.split("  ")[0])).toEqual(["step 9/12"]);
  expect(statuses).toHaveLength(12);
});
