import { beforeAll, describe, expect, test } from "vitest";
import { parseValues } from "../../src/contract/fields.ts";
import { drawUniform } from "../../src/core/rng.ts";
import type { Device } from "../../src/gpu/device.ts";
import { PlanRecorder } from "../../src/gpu/recorder.ts";
import { dpsMix } from "../../src/methods/dps-mix.ts";
import { portableKernels } from "../../src/nn/tuning/choice.ts";
import { withWeight } from "../../src/nn/ops/weight.ts";
import { createScope, noDropout } from "../../src/nn/scope.ts";
import { onDevice, openTestDevice } from "../gpu/device.ts";
import { at } from "../reference/array.ts";
import { expectClose } from "../reference/compare.ts";
import { mixout, perColumn } from "../reference/mixout.ts";
import { mixScore } from "../reference/score.ts";
import { selectTopShare } from "../reference/selection.ts";
import { moveTo, plannedWorld, selectableNames, specs, valuesAt, worldOn } from "./world.ts";

let device: Device;
beforeAll(async () => {
  device = await openTestDevice({ limits: "default" });
});

const maxSteps = 10;
const steps = Array.from({ length: maxSteps }, (_, index) => index + 1);

function settings(values: Record<string, unknown>) {
  return parseValues(dpsMix.fields, { updateRatio: 0.2, ...values });
}

/** What every step had: weights of the forward and gradients after the method, by name; statistics at the end. */
async function runOnDevice(values: Record<string, unknown>, maxRun = maxSteps) {
  const forward: Map<string, Float32Array>[] = [];
  const gradients: Map<string, Float32Array>[] = [];
  let stats: number[] = [];
  await onDevice(device, async (b) => {
    const world = worldOn(b, device, maxRun);
    const run = dpsMix.start(world, settings(values));
    for (let step = 1; step <= maxRun; step++) {
      moveTo(b, device, world, step);
      const s = b.scope({ step });
      run.begin?.(step);
      const params = run.weights?.(s, step) ?? world.params;
      run.gradients?.(s, step);
      const [weights, masked] = [new Map<string, Float32Array>(), new Map<string, Float32Array>()];
      for (const param of params.list) {
        const { spec, grad } = param;
        const seen = s.mem.tensor("view", `seen ${spec.name}`, spec.shape);
        withWeight(s, param, "f32", (matrix) => s.rec.copy(matrix, seen));
        weights.set(spec.name, await b.read(seen));
        masked.set(spec.name, await b.read(grad));
      }
      forward.push(weights);
      gradients.push(masked);
    }
    if (run.selections !== undefined) stats = Array.from(await b.readWords(run.selections.stats));
  });
  return { forward, gradients, stats };
}

function colsOf(name: string): number {
  return specs.find((spec) => spec.name === name)?.shape[1] ?? 0;
}

/** The draw of a step, repeated on every row. */
function keptAt(name: string, step: number, share: number): Float64Array {
  const columns = Array.from({ length: colsOf(name) }, (_, c) =>
    drawUniform(1, `mixout/${name}`, step, c) < Math.fround(1 - share) ? 1 : 0,
  );
  return perColumn(columns, valuesAt("weight", name, 0).length / colsOf(name));
}

/** The mask of the cycle whose stage I begins at step `first` and has two steps. */
function maskOf(name: string, first: number, share: number): Uint8Array {
  const parts = [first, first + 1].map((step) => ({
    kept: keptAt(name, step, share),
    gradient: valuesAt("gradient", name, step),
  }));
  const gam = Float64Array.from(valuesAt("gradient", name, 0), (_, index) =>
    parts.reduce((sum, { kept, gradient }) => sum + Math.fround(at(kept, index) * at(gradient, index) ** 2), 0),
  );
  const fam = Float64Array.from({ length: colsOf(name) }, (_, c) =>
    parts.reduce((sum, { kept }) => sum + at(kept, c), 0),
  );
  return selectTopShare(Float32Array.from(mixScore(gam, fam, 2).value), share).mask;
}

const float64 = (values: ArrayLike<number>): Float64Array => Float64Array.from(values);

describe("ten steps with two a stage", () => {
  const share = 0.3;

  test("stage I mixes columns with W(0); stage II holds the rest at its first step's weights", async () => {
    const { forward } = await runOnDevice({});
    for (const name of selectableNames) {
      for (const step of steps) {
        const second = [3, 4, 7, 8].includes(step);
        const kept = second ? maskOf(name, step < 5 ? 1 : 5, share) : keptAt(name, step, share);
        const start = valuesAt("weight", name, second ? (step % 2 === 1 ? step : step - 1) : 0);
        const want = mixout(float64(valuesAt("weight", name, step)), float64(start), kept, share);
        expectClose(forward[step - 1]?.get(name) ?? [], want);
      }
    }
  });

  test("the bias is trained and used as it is", async () => {
    const { forward, gradients } = await runOnDevice({});
    const name = "encoder.layer.0.dense.bias";
    for (const step of steps) {
      expect(forward[step - 1]?.get(name)).toEqual(valuesAt("weight", name, step));
      expect(gradients[step - 1]?.get(name)).toEqual(valuesAt("gradient", name, step));
    }
  });

  test.each([
    ["dropped", 1],
    ["exact", Math.fround(1 / 0.7)],
  ])("gradients are masked as the forward was, their scale %s", async (mixGradientScale, scale) => {
    const { gradients, stats } = await runOnDevice({ mixGradientScale });
    for (const name of selectableNames) {
      for (const step of steps) {
        const second = [3, 4, 7, 8].includes(step);
        const kept = second ? maskOf(name, step < 5 ? 1 : 5, share) : keptAt(name, step, share);
        const want = valuesAt("gradient", name, step).map((g, index) => (at(kept, index) === 1 ? scale * g : 0));
        expect(gradients[step - 1]?.get(name)).toEqual(want);
      }
    }
    const kept = [1, 5].flatMap((first) =>
      selectableNames.map((name) => maskOf(name, first, share).reduce((sum, bit) => sum + bit, 0)),
    );
    expect(kept.map((_, row) => stats[row * 8])).toEqual(kept);
  });

  test("with p = 0 the forward has W's bits and no gradient changes", async () => {
    for (const mixGradientScale of ["dropped", "exact"]) {
      const { forward, gradients, stats } = await runOnDevice({ frozenShare: 0, mixGradientScale });
      for (const { name } of specs) {
        for (const step of steps) {
          expect(forward[step - 1]?.get(name)).toEqual(valuesAt("weight", name, step));
          expect(gradients[step - 1]?.get(name)).toEqual(valuesAt("gradient", name, step));
        }
      }
      expect([0, 8, 16, 24].map((word) => stats[word])).toEqual([37 * 41, 3 * 35, 37 * 41, 3 * 35]);
    }
  });
});

test("raw parameters are what evaluation sees", () => {
  const { world } = plannedWorld(maxSteps);
  const before = world.params.list.map(({ value }) => value);
  const run = dpsMix.start(world, settings({}));
  const s = createScope({
    rec: new PlanRecorder(),
    mem: world.mem,
    seed: 1,
    step: 1,
    dropout: noDropout,
    kernels: portableKernels,
  });
  const mixed = run.weights?.(s, 1);
  expect(world.params.list.map(({ value }) => value)).toEqual(before);
  expect(mixed?.list.map(({ value }) => value)).toEqual(before);
  expect(mixed?.list.map(({ effective }) => effective !== undefined)).toEqual([true, false, true]);
});

describe("memory", () => {
  test("8 bytes and a bit a selectable weight, two vectors of columns, a histogram", () => {
    const { world, mem } = plannedWorld(maxSteps);
    dpsMix.start(world, settings({}));
    const vector = (bytes: number) => Math.ceil(bytes / 16) * 16;
    const matrices = [
      [37, 41],
      [3, 35],
    ].map(([rows = 0, cols = 0]) => {
      const size = rows * cols;
      return 2 * vector(4 * size) + vector(4 * Math.ceil(size / 32)) + 2 * vector(4 * cols);
    });
    const shared = 4 * (256 + 4) + 2 * 2 * 32;
    expect(mem.bytes()["method"]).toBe((matrices[0] ?? 0) + (matrices[1] ?? 0) + shared);
  });

  test("is all reserved at the start", () => {
    const { world, mem } = plannedWorld(maxSteps);
    const run = dpsMix.start(world, settings({}));
    const reserved = mem.count;
    for (const step of steps) {
      const s = createScope({
        rec: new PlanRecorder(),
        mem,
        seed: 1,
        step,
        dropout: noDropout,
        kernels: portableKernels,
      });
      run.begin?.(step);
      run.weights?.(s, step);
      run.gradients?.(s, step);
    }
    expect(mem.count).toBe(reserved);
  });
});
