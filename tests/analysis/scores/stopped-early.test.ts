import { expect, test } from "vitest";
import { stoppedEarlyAt, stoppedEarlyText } from "../../../src/analysis/scores/stopped-early.ts";

const run = (last: number, status: "completed" | "stopped" = "completed") => ({
  status,
  stepCount: 10,
  evaluations: [5, last].map((step) => ({ step, epoch: 1, loss: 1, scores: {} })),
});

test("a completed run whose last evaluation is not at its last step stopped early, and the means say so", () => {
  expect([run(10), run(7), run(7, "stopped")].map(stoppedEarlyAt)).toEqual([null, 7, null]);
  expect(stoppedEarlyText([run(10), run(10)])).toBeNull();
  expect(stoppedEarlyText([run(10), run(7), run(7, "stopped")])).toMatch(/^Early stopping ended 1 of 2 runs: /);
});
