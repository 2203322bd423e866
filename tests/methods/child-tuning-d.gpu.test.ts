import { beforeAll, describe, expect, test } from "vitest";
import { parseValues } from "../../src/contract/fields.ts";
import type { Device } from "../../src/gpu/device.ts";
import { accumulateFisher, childTuningD } from "../../src/methods/child-tuning-d.ts";
import { percentileRank } from "../../src/methods/selection.ts";
import type { Param } from "../../src/nn/params.ts";
import { onDevice, openTestDevice } from "../gpu/device.ts";
import { guarded } from "../gpu/guarded.ts";
import { at } from "../reference/array.ts";
import { difference, expectClose } from "../reference/compare.ts";
import { normals } from "../nn/material.ts";
import { isKept } from "./packed.ts";
import { moveTo, specs, valuesAt, worldOn } from "./world.ts";

let device: Device;
beforeAll(async () => {
  device = await openTestDevice({ limits: "default" });
});

const batches = 3;
const scale = 0.75;

/** The sum over two batches of (scale·g)²/3, which starts from nines. */
async function fisherOf(count: number) {
  let got = new Float32Array();
  const grads = [1, 2].map((batch) => normals(`grad ${batch}`, count));
  await onDevice(device, async (b) => {
    const fisher = guarded(b, "fisher", [count]);
    grads.forEach((values, index) => {
      const spec = { name: "w", shape: [count], group: "encoder", depth: 1 } as const;
      const param: Param = {
        spec: { ...spec, decay: true, selectable: true, part: null, init: "normal", trained: true },
        value: b.tensor("value", [1], [0]),
        grad: b.tensor(`grad ${index}`, [count], values),
      };
      accumulateFisher(b.scope(), param, b.tensor("scale", [1], [scale]), fisher.tensor, {
        first: index === 0,
        batches,
      });
    });
    got = new Float32Array(await fisher.read());
  });
  const value = Float64Array.from({ length: count }, (_, index) =>
    grads.reduce((sum, grad) => sum + (scale * at(grad, index)) ** 2 / batches, 0),
  );
  return { got, want: { value, magnitude: value } };
}

describe("Fisher information", () => {
  test.each([1, 3, 255, 256, 257, 1009])("of %i elements", async (count) => {
    const { got, want } = await fisherOf(count);
    expectClose(got, want);
  });

  test("control: a sum that is not divided is told apart", async () => {
    const { got, want } = await fisherOf(64);
    const whole = want.value.map((value) => batches * value);
    expect(difference(got, { value: whole, magnitude: whole })).toMatch(/64 of 64/);
  });
});

test("one threshold over all encoder parameters, biases too; the classifier stays free", async () => {
  const share = 0.3;
  const encoder = specs.filter(({ group }) => group === "encoder").map(({ name }) => name);
  const scores = encoder.map((name) => valuesAt("gradient", name, 1).map((g) => Math.fround(g * g)));
  const sorted = Float32Array.from(scores.flatMap((part) => Array.from(part))).sort();
  const threshold = at(sorted, percentileRank(sorted.length, share));
  await onDevice(device, async (b) => {
    const world = worldOn(b, device, 10);
    const run = childTuningD.start(world, parseValues(childTuningD.fields, { childShare: share }));
    moveTo(b, device, world, 1);
    const one = b.tensor("one", [1], [1]);
    run.prepare?.gradients(b.scope(), { index: 0, count: 1, clip: () => one });
    run.prepare?.done(b.scope());
    expect(run.child?.matrices.map(({ param }) => param.spec.name)).toEqual(encoder);
    for (const { param, mask } of run.child?.matrices ?? []) {
      const own = scores[encoder.indexOf(param.spec.name)] ?? new Float32Array();
      const words = await b.readWords(mask);
      expect(Array.from(own, (_, index) => isKept(words, index))).toEqual(
        Array.from(own, (score) => score >= threshold),
      );
    }
    const stats = run.selections === undefined ? [] : Array.from(await b.readWords(run.selections.stats));
    expect(encoder.map((_, row) => stats[row * 8])).toEqual(
      scores.map((part) => part.filter((score) => score >= threshold).length),
    );
  });
});
