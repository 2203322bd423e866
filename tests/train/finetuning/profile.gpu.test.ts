import { afterAll, beforeAll, expect, test } from "vitest";
import type { Profile } from "../../../src/contract/engine/profile.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { dpsDense } from "../../../src/methods/dps-dense.ts";
import { openSession } from "../../../src/train/finetuning/session.ts";
import { trainingSettings } from "../../../src/train/finetuning/settings.ts";
import { Profiler } from "../../../src/train/profiler.ts";
import { openTestDevice } from "../../gpu/device.ts";
import { likelyEngine } from "../../gpu/kernels.ts";
import { smallBert, syntheticCheckpoint, syntheticSplit, syntheticTask } from "../synthetic.ts";

let device: Device;
let bare: Device;
beforeAll(async () => {
  device = await openTestDevice();
  bare = await openTestDevice({ features: [] });
});
afterAll(() => {
  device.destroy();
  bare.destroy();
});

/** Six steps of DPS Dense with an evaluation after the third. The weights at the end. */
async function train(on: Device, profiler: Profiler | null): Promise<ReadonlyMap<string, Float32Array>> {
  const engine = { ...likelyEngine(on), profiler };
  const request = {
    checkpoint: syntheticCheckpoint(smallBert),
    task: syntheticTask,
    labels: ["no", "yes"],
    train: syntheticSplit(12, 20, smallBert.vocab_size, true),
    dev: syntheticSplit(6, 20, smallBert.vocab_size, true),
    transfers: [],
    method: dpsDense,
    values: {
      frozenShare: 0.5,
      updateRatio: 0.34,
      scheduleHorizon: "run",
      frozenWeights: "masked-gradient",
      dropout: 0,
    },
    seed: 1,
    settings: trainingSettings({ batchSize: 4, learningRate: 1e-3, steps: 6 }),
  };
  const silent = { phase: () => {}, steps: () => {}, evaluation: () => {}, selection: () => {} };
  const session = await openSession(engine, request, silent);
  try {
    await session.train({ gate: () => Promise.resolve() });
    return await session.weights();
  } finally {
    session.dispose();
  }
}

function phasesOf({ parts }: Profile, step: number | null): readonly string[] {
  return [
    ...new Set(parts.filter((part) => part.step === step).flatMap(({ spans }) => spans.map(({ phase }) => phase))),
  ];
}

test("every kernel counts in the phase that it is recorded in", async () => {
  const profiler = new Profiler(device, 2);
  await train(device, profiler);
  const [first] = profiler.profile.parts;
  const phasesBy = (kernel: RegExp): readonly string[] => [
    ...new Set((first?.spans ?? []).filter((span) => kernel.test(span.kernel)).map(({ phase }) => phase)),
  ];
  profiler.dispose();
  expect(phasesBy(/^(matmul_.*_(nt|nt_gelu)|layernorm_forward.*|cross_entropy)$/)).toEqual(["forward"]);
  expect(phasesBy(/^(matmul_.*_(tn|nn|nn_gelu)|layernorm_backward.*)$/)).toEqual(["backward"]);
  expect(phasesBy(/^gam_/)).toEqual(["method"]);
  expect(phasesBy(/^(square_sum|global_norm)$/)).toEqual(["update"]);
  expect(phasesBy(/^adamw/)).toEqual(["update"]);
});

test("the first steps of the first run are timed by kernel and phase, and nothing else", async () => {
  const profiler = new Profiler(device, 3);
  const weights = await train(device, profiler);
  const { profile } = profiler;
  expect(profile.timestamps).toBe(true);
  expect(profile.parts.map(({ step }) => step)).toEqual([1, 2, 3, null, null]);
  // Stage I sums squared gradients; stage II, from the third step on, masks them.
  for (const step of [1, 2, 3]) expect(phasesOf(profile, step)).toContain("method");
  expect(phasesOf(profile, 3)).toEqual(expect.arrayContaining(["forward", "backward", "update"]));
  expect(phasesOf(profile, null)).toEqual(["evaluation"]);
  for (const { recordedMs, elapsedMs, spans, untimedCount } of profile.parts) {
    expect(recordedMs).toBeGreaterThan(0);
    expect(elapsedMs).toBeGreaterThanOrEqual(recordedMs);
    expect(untimedCount).toBe(0);
    for (const { startMs, endMs } of spans) expect(endMs - startMs).toBeGreaterThanOrEqual(0);
  }
  await train(device, profiler);
  expect(profiler.profile.parts).toHaveLength(5);
  expect(weights).toEqual(await train(device, null));
  profiler.dispose();
});

test("without timestamps whole steps are timed", async () => {
  const profiler = new Profiler(bare, 2);
  await train(bare, profiler);
  expect(profiler.profile.timestamps).toBe(false);
  expect(profiler.profile.parts.map(({ step, spans }) => [step, spans.length])).toEqual([
    [1, 0],
    [2, 0],
  ]);
});
