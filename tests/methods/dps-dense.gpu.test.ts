import { beforeAll, describe, expect, test } from "vitest";
import { parseValues } from "../../src/contract/fields.ts";
import type { Device } from "../../src/gpu/device.ts";
import { PlanRecorder } from "../../src/gpu/recorder.ts";
import { dpsDense } from "../../src/methods/dps-dense.ts";
import { portableKernels } from "../../src/nn/tuning/choice.ts";
import { createScope, noDropout } from "../../src/nn/scope.ts";
import { onDevice, openTestDevice } from "../gpu/device.ts";
import { at } from "../reference/array.ts";
import { selectTopShare } from "../reference/selection.ts";
import { moveTo, plannedWorld, selectableNames, specs, valuesAt, worldOn } from "./world.ts";
import { packed } from "./packed.ts";

let device: Device;
beforeAll(async () => {
  device = await openTestDevice({ limits: "default" });
});

const maxSteps = 10;
const steps = Array.from({ length: maxSteps }, (_, index) => index + 1);

function settings(values: Record<string, unknown>) {
  return parseValues(dpsDense.fields, { updateRatio: 0.2, ...values });
}

/** GAM after the two steps of a stage I, rounded as f32 sums are. */
function gamAfter(name: string, first: number): Float32Array {
  const [g1, g2] = [valuesAt("gradient", name, first), valuesAt("gradient", name, first + 1)];
  return g1.map((g, index) => Math.fround(g * g) + Math.fround(at(g2, index) ** 2));
}

/** Every step's gradients on the device, the selections' statistics, and the names of those with masks of what is updated, by step. */
async function runOnDevice(values: Record<string, unknown>) {
  const gradients: Map<string, Float32Array>[] = [];
  const updated: string[][] = [];
  let stats: number[] = [];
  await onDevice(device, async (b) => {
    const world = worldOn(b, device, maxSteps);
    const run = dpsDense.start(world, settings(values));
    for (const step of steps) {
      moveTo(b, device, world, step);
      run.begin?.(step);
      run.gradients?.(b.scope({ step }), step);
      updated.push([...(run.updated?.(step).keys() ?? [])]);
      const read = new Map<string, Float32Array>();
      for (const { spec, grad } of world.params.list) read.set(spec.name, await b.read(grad));
      gradients.push(read);
    }
    if (run.selections !== undefined) stats = Array.from(await b.readWords(run.selections.stats));
  });
  return { gradients, updated, stats };
}

describe("ten steps with two a stage", () => {
  // Squares and sums round to f32 on the way, so scores are a few units in the last place from these: a wide margin
  // between the threshold and the next score makes the masks the same.
  test.each(selectableNames)("%s: the scores near the threshold are apart", (name) => {
    for (const first of [1, 5]) {
      const sorted = gamAfter(name, first).sort();
      const place = sorted.length - Math.ceil(sorted.length * 0.7);
      expect(1 - at(sorted, place - 1) / at(sorted, place)).toBeGreaterThan(8 * 2 ** -24);
    }
  });

  test("stage I leaves gradients alone; stage II masks those of selectable weights only", async () => {
    const { gradients, stats } = await runOnDevice({});
    for (const { name, selectable } of specs) {
      for (const step of steps) {
        const raw = valuesAt("gradient", name, step);
        const masked = selectable && [3, 4, 7, 8].includes(step);
        const { mask } = selectTopShare(gamAfter(name, step < 5 ? 1 : 5), 0.3);
        const want = masked ? raw.map((g, index) => (at(mask, index) === 1 ? g : 0)) : raw;
        expect(gradients[step - 1]?.get(name)).toEqual(want);
      }
    }
    const rows = [1, 5].flatMap((first) => selectableNames.map((name) => selectTopShare(gamAfter(name, first), 0.3)));
    expect(rows.map((_, row) => stats[row * 8])).toEqual(rows.map(({ kept }) => kept));
  });

  test("statistics count the overlap with the cycle before", async () => {
    const { stats } = await runOnDevice({});
    selectableNames.forEach((name, place) => {
      const [before, after] = [1, 5].map((first) => selectTopShare(gamAfter(name, first), 0.3).mask);
      const both = before?.filter((bit, index) => bit === 1 && after?.[index] === 1).length ?? 0;
      const either = before?.filter((bit, index) => bit === 1 || after?.[index] === 1).length ?? 0;
      const row = selectableNames.length + place;
      expect(stats.slice(row * 8 + 1, row * 8 + 3)).toEqual([both, either]);
      expect(both).toBeGreaterThan(0);
    });
  });

  test("nothing is held still but with strict, and then in stage II", async () => {
    expect((await runOnDevice({})).updated).toEqual(steps.map(() => []));
    const { updated } = await runOnDevice({ frozenWeights: "strict" });
    expect(updated).toEqual(steps.map((step) => ([3, 4, 7, 8].includes(step) ? selectableNames : [])));
  });

  test("with p = 0 no gradient changes and every bit is set", async () => {
    const { gradients, stats } = await runOnDevice({ frozenShare: 0 });
    for (const { name } of specs) {
      for (const step of steps) expect(gradients[step - 1]?.get(name)).toEqual(valuesAt("gradient", name, step));
    }
    expect([0, 8, 16, 24].map((word) => stats[word])).toEqual([37 * 41, 3 * 35, 37 * 41, 3 * 35]);
  });
});

test("the mask of what is updated is the one of the gradient", async () => {
  await onDevice(device, async (b) => {
    const world = worldOn(b, device, maxSteps);
    const run = dpsDense.start(world, settings({ frozenWeights: "strict" }));
    for (const step of [1, 2, 3]) {
      moveTo(b, device, world, step);
      run.gradients?.(b.scope({ step }), step);
    }
    for (const [name, mask] of run.updated?.(3) ?? []) {
      expect(await b.readWords(mask)).toEqual(packed(selectTopShare(gamAfter(name, 1), 0.3).mask));
    }
  });
});

describe("memory", () => {
  test("4 bytes and a bit a selectable weight, a histogram, 32 bytes a selection", () => {
    const { world, mem } = plannedWorld(maxSteps);
    dpsDense.start(world, settings({}));
    const [large, small] = [37 * 41, 3 * 35];
    const vector = (bytes: number) => Math.ceil(bytes / 16) * 16;
    const gam = vector(4 * large) + vector(4 * small);
    const masks = vector(4 * Math.ceil(large / 32)) + vector(4 * Math.ceil(small / 32));
    expect(mem.bytes()["method"]).toBe(gam + masks + 4 * (256 + 4) + 2 * 2 * 32);
  });

  test("is all reserved at the start", () => {
    const { world, mem } = plannedWorld(maxSteps);
    const run = dpsDense.start(world, settings({}));
    const reserved = mem.count;
    for (const step of steps) {
      const rec = new PlanRecorder();
      run.gradients?.(createScope({ rec, mem, seed: 1, step, dropout: noDropout, kernels: portableKernels }), step);
      expect(rec.kernels.size).toBeGreaterThan(0);
    }
    expect(mem.count).toBe(reserved);
  });
});

test("too few steps are refused", () => {
  const { world } = plannedWorld(4);
  expect(() => dpsDense.start(world, settings({}))).toThrow(/at least 5 steps/);
});
