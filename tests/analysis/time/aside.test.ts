import { expect, test } from "vitest";
import { asides } from "../../../src/analysis/time/aside.ts";

test("what is to be said beside a run's status, each where it happened", () => {
  expect(asides({})).toEqual([]);
  expect(asides({ sleptMs: 725_000 })).toEqual(["slept 12 min 05 s, which its time leaves out"]);
  expect(asides({ skippedSteps: 1 })).toEqual(["1 step skipped, of which the gradient overflowed 16 bits"]);
  expect(asides({ sleptMs: 1000, skippedSteps: 1200 })).toHaveLength(2);
  expect(asides({ sleptMs: 1000, skippedSteps: 1200 })[1]).toMatch(/^1,200 steps skipped, /);
});
