import { expect, test } from "vitest";
import { profileLines } from "../../../src/cli/report/profile-lines.ts";
import type { Phase, ProfiledPart } from "../../../src/contract/engine/profile.ts";

const part = (step: number | null, spans: readonly (readonly [string, Phase, number])[]): ProfiledPart => ({
  step,
  startMs: 0,
  recordedMs: 2,
  elapsedMs: 25,
  spans: spans.map(([kernel, phase, ms]) => ({ kernel, phase, startMs: 100, endMs: 100 + ms })),
  untimedCount: 0,
});

test("a profile is told as a table by family and phase", () => {
  const steps = [1, 2, 3].map((step) =>
    part(step, [
      ["matmul_nt", "forward", 10],
      ["matmul_tn", "backward", 8],
      ["adamw", "update", 2],
    ]),
  );
  expect(profileLines({ timestamps: true, parts: [...steps, part(null, [["matmul_nt", "evaluation", 7]])] })).toEqual([
    "",
    "Where the time goes, in 2 steps of the first run, without the first, which makes what all use",
    "A step takes 25.00 ms. Of that the CPU records and sends it in 2.00 ms (8.0 %).",
    "Kernels take 20.00 ms on the GPU.",
    "",
    "kernels  ms a step    share  forward  backward  method  update  evaluation, ms a batch",
    "matmul      18.000   90.0 %   10.000     8.000                                   7.000",
    "adamw        2.000   10.0 %                              2.000",
    "all         20.000  100.0 %   10.000     8.000           2.000                   7.000",
  ]);
});

test("what could not be timed is said", () => {
  const without = profileLines({ timestamps: false, parts: [part(1, [])] });
  expect(without.slice(1)).toEqual([
    "Where the time goes, in 1 step of the first run",
    "A step takes 25.00 ms. Of that the CPU records and sends it in 2.00 ms (8.0 %).",
    "This device has no timestamps, so single kernels cannot be timed.",
  ]);
  const full = profileLines({ timestamps: true, parts: [{ ...part(1, [["adamw", "update", 1]]), untimedCount: 3 }] });
  expect(full.at(-1)).toBe("3 kernels found no room to be timed and are left out.");
  expect(profileLines({ timestamps: true, parts: [] })).toEqual(["", "No step was profiled."]);
});
