import { expect, test } from "vitest";
import { familyOf, phases, summarizeProfile } from "../../../src/analysis/time/profile.ts";
import { traceOf } from "../../../src/analysis/time/trace.ts";
import type { KernelSpan, Phase, ProfiledPart } from "../../../src/contract/engine/profile.ts";

const span = (kernel: string, phase: Phase, startMs: number, endMs: number): KernelSpan => {
  return { kernel, phase, startMs, endMs };
};

/** Two steps that count behind one that does not, and two batches of an evaluation. The device's clock is its own. */
const parts: readonly ProfiledPart[] = [
  {
    step: 1,
    startMs: 100,
    recordedMs: 50,
    elapsedMs: 90,
    spans: [span("gelu_forward", "forward", 9000, 9040)],
    untimedCount: 0,
  },
  {
    step: 2,
    startMs: 200,
    recordedMs: 1,
    elapsedMs: 12,
    spans: [
      span("matmul_nt", "forward", 9100, 9104),
      span("gelu_forward", "forward", 9104, 9105),
      span("matmul_nn", "backward", 9105, 9109),
      span("adamw", "update", 9109, 9110),
    ],
    untimedCount: 2,
  },
  {
    step: 3,
    startMs: 220,
    recordedMs: 3,
    elapsedMs: 8,
    spans: [span("matmul_nt", "forward", 9200, 9202), span("radix_pick", "method", 9202, 9206)],
    untimedCount: 0,
  },
  {
    step: null,
    startMs: 230,
    recordedMs: 1,
    elapsedMs: 2,
    spans: [span("matmul_nt", "evaluation", 9300, 9301)],
    untimedCount: 0,
  },
  {
    step: null,
    startMs: 232,
    recordedMs: 1,
    elapsedMs: 4,
    spans: [span("matmul_nt", "evaluation", 9302, 9305)],
    untimedCount: 0,
  },
];

test("a profile is summed by family and phase, a step, without the first step", () => {
  const summary = summarizeProfile({ timestamps: true, parts });
  expect(summary).toEqual({
    stepCount: 2,
    deviceMs: 8,
    elapsedMs: 10,
    recordedMs: 2,
    evaluationCount: 2,
    untimedCount: 2,
    families: [
      {
        family: "matmul",
        stepMs: 5,
        share: 5 / 8,
        ms: { forward: 3, backward: 2, method: 0, update: 0, evaluation: 2 },
      },
      {
        family: "radix",
        stepMs: 2,
        share: 2 / 8,
        ms: { forward: 0, backward: 0, method: 2, update: 0, evaluation: 0 },
      },
      {
        family: "gelu",
        stepMs: 0.5,
        share: 0.5 / 8,
        ms: { forward: 0.5, backward: 0, method: 0, update: 0, evaluation: 0 },
      },
      {
        family: "adamw",
        stepMs: 0.5,
        share: 0.5 / 8,
        ms: { forward: 0, backward: 0, method: 0, update: 0.5, evaluation: 0 },
      },
    ],
  });
  expect(Object.keys(summary.families[0]?.ms ?? {}).toSorted()).toEqual(phases.toSorted());
});

test("one step alone counts; none gives zeros and no NaN", () => {
  expect(summarizeProfile({ timestamps: true, parts: parts.slice(0, 1) })).toMatchObject({
    stepCount: 1,
    deviceMs: 40,
  });
  const empty = { stepCount: 0, deviceMs: 0, elapsedMs: 0, recordedMs: 0, families: [] };
  expect(summarizeProfile({ timestamps: false, parts: [] })).toMatchObject(empty);
});

test("a family is the first word of a kernel's name", () => {
  expect([familyOf("matmul_subgroup_8_4_nt"), familyOf("adamw")]).toEqual(["matmul", "adamw"]);
});

test("a trace names its tracks and has whole slices in microseconds from zero", () => {
  const { traceEvents } = traceOf({ timestamps: true, parts });
  const tracks = traceEvents.filter(({ name }) => name === "thread_name");
  expect(tracks.map(({ tid, args }) => [tid, args?.["name"]])).toEqual([
    [1, "CPU: steps and their recording"],
    [2, "GPU: phases"],
    [3, "GPU: kernels"],
  ]);
  const slices = traceEvents.filter(({ ph }) => ph === "X");
  for (const { ts, dur } of slices) {
    expect(Number.isFinite(ts)).toBe(true);
    expect(dur).toBeGreaterThanOrEqual(0);
  }
  expect(slices[0]).toEqual({ name: "step 1", ph: "X", pid: 1, tid: 1, cat: "step", ts: 0, dur: 90_000 });
  const ofStep2 = slices.filter(({ ts = 0 }) => ts >= 100_000 && ts < 120_000);
  expect(ofStep2.map(({ tid, name, ts, dur }) => [tid, name, ts, dur])).toEqual([
    [1, "step 2", 100_000, 12_000],
    [1, "record and send", 100_000, 1_000],
    [2, "forward", 101_000, 5_000],
    [2, "backward", 106_000, 4_000],
    [2, "update", 110_000, 1_000],
    [3, "matmul_nt", 101_000, 4_000],
    [3, "gelu_forward", 105_000, 1_000],
    [3, "matmul_nn", 106_000, 4_000],
    [3, "adamw", 110_000, 1_000],
  ]);
});

test("kernels that overlap on the device stand one after another in a trace", () => {
  const overlapping = [span("a", "forward", 0, 4), span("b", "forward", 3, 6), span("c", "forward", 1, 2)];
  const part = { step: 1, startMs: 0, recordedMs: 0, elapsedMs: 6, spans: overlapping, untimedCount: 0 };
  const { traceEvents } = traceOf({ timestamps: true, parts: [part] });
  const kernels = traceEvents.filter(({ tid, ph }) => tid === 3 && ph === "X");
  expect(kernels.map(({ ts, dur }) => [ts, dur])).toEqual([
    [0, 4000],
    [4000, 2000],
    [6000, 0],
  ]);
});
