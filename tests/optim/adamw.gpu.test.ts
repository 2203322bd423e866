import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device } from "../../src/gpu/device.ts";
import { upload } from "../../src/gpu/readback.ts";
import { ParamSet } from "../../src/nn/params.ts";
import type { Param } from "../../src/nn/params.ts";
import { AdamW } from "../../src/optim/adamw.ts";
import type { EpsilonRule } from "../../src/optim/adamw.ts";
import { onDevice, openTestDevice } from "../gpu/device.ts";
import { guarded } from "../gpu/guarded.ts";
import { isKept } from "../methods/packed.ts";
import { normals } from "../nn/material.ts";
import { adamw as reference } from "../reference/adamw.ts";
import { at, exactReference } from "../reference/array.ts";
import type { Reference } from "../reference/array.ts";
import { difference, expectClose } from "../reference/compare.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

const steps = [1, 2, 3];
const [weightDecay, clipScale] = [0.01, 0.75];
const rateOf = (step: number) => 1e-3 * step;

interface State {
  readonly weight: ArrayLike<number>;
  readonly first: ArrayLike<number>;
  readonly second: ArrayLike<number>;
}

const gradOf = (count: number, step: number) => normals(`grad ${step}`, count);

/** Where epsilon goes, with one that is as large as a gradient so that its place shows. */
const published = { epsilonRule: "published", epsilon: 0.1 } as const;

/** Three steps on the device; the state after each. */
async function train(
  count: number,
  decay: boolean,
  { mask, ...settings }: { mask?: Uint32Array; epsilonRule?: EpsilonRule; epsilon?: number } = {},
): Promise<readonly State[]> {
  const states: State[] = [];
  await onDevice(device, async (b) => {
    const s = b.scope();
    const spec = {
      name: "w",
      shape: [count],
      group: "encoder",
      depth: 1,
      decay,
      selectable: true,
      part: null,
      init: "normal",
      trained: true,
    } as const;
    const value = guarded(b, "w", [count], "weights");
    s.rec.copy(b.tensor("start", [count], normals("start", count)), value.tensor);
    const [first, second] = ["first", "second"].map((order) => guarded(b, `${order} moment w`, [count], "moments"));
    if (first === undefined || second === undefined) return;
    s.rec.copy(b.tensor("zeros", [count], new Float32Array(count)), first.tensor);
    s.rec.copy(b.tensor("zeros", [count], new Float32Array(count)), second.tensor);
    const updated = new Map(mask === undefined ? [] : [["w", b.tensor("mask", [mask.length], mask)]]);
    const control = b.tensor("control", [4], [clipScale, 1, 1, 1]);
    const grads = steps.map((step) => b.tensor(`grad ${step}`, [count], gradOf(count, step), "gradients"));
    const params = grads.map((grad) => new ParamSet([{ spec, value: value.tensor, grad } satisfies Param]));
    const optimizer = new AdamW(s.mem, params[0] ?? new ParamSet([]), { weightDecay, ...settings });
    for (const [index, step] of steps.entries()) {
      optimizer.step(s, params[index] ?? new ParamSet([]), { step, learningRate: rateOf(step), control, updated });
      states.push({ weight: await value.read(), first: await first.read(), second: await second.read() });
    }
  });
  return states;
}

/** One float64 step from a state that f32 holds. */
function step(from: State, step: number, decay: boolean, rule = {}) {
  const [weight, first, second] = [from.weight, from.first, from.second].map((values) => Float64Array.from(values));
  if (weight === undefined || first === undefined || second === undefined) throw new Error("unreachable");
  const settings = { beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: decay ? weightDecay : 0, ...rule };
  const grad = gradOf(weight.length, step);
  return reference(weight, grad, first, second, { ...settings, learningRate: rateOf(step), step, clipScale });
}

/** Holds each state against one float64 step from the state before, as far as rounding goes. */
function problems(states: readonly State[], decay: boolean, rule = {}): string | null {
  const count = states[0]?.weight.length ?? 0;
  let before: State = {
    weight: normals("start", count),
    first: new Float64Array(count),
    second: new Float64Array(count),
  };
  for (const [index, state] of states.entries()) {
    const want = step(before, index + 1, decay, rule);
    // WGSL: sqrt 4.5 ulp, two divisions of 2.5: on the change alone.
    const room = want.weight.value.map((value, place) => {
      const kept = at(before.weight, place);
      return (Math.abs(value - kept) + rateOf(index + 1) * weightDecay * Math.abs(kept)) * 9.5 * 2 ** -23;
    });
    const found =
      difference(state.weight, want.weight, room) ??
      difference(state.first, want.first) ??
      difference(state.second, want.second);
    if (found !== null) return `step ${index + 1}: ${found}`;
    before = state;
  }
  return null;
}

describe("AdamW", () => {
  test.each([1, 63, 64, 255, 256, 257, 1009])("three steps over %i weights", async (count) => {
    expect(problems(await train(count, true), true)).toBeNull();
    expect(problems(await train(count, false), false)).toBeNull();
  });

  test("three steps in a row stay with float64's", async () => {
    const states = await train(1009, true);
    let state: State = {
      weight: normals("start", 1009),
      first: new Float64Array(1009),
      second: new Float64Array(1009),
    };
    let want: Reference = exactReference([]);
    for (const index of steps) {
      const next = step(state, index, true);
      state = { weight: next.weight.value, first: next.first.value, second: next.second.value };
      want = next.weight;
    }
    const magnitude = want.magnitude.map((each) => 3 * each);
    expectClose(states.at(-1)?.weight ?? [], { value: want.value, magnitude });
  });

  test("epsilon goes before the bias correction where asked, and else after it", async () => {
    const [early, late] = [await train(1009, true, published), await train(1009, true, { epsilon: published.epsilon })];
    expect(problems(early, true, { eps: published.epsilon, published: true })).toBeNull();
    expect(problems(late, true, { eps: published.epsilon })).toBeNull();
    expect(problems(early, true, { eps: published.epsilon })).not.toBeNull();
  });

  test("a mask leaves what it does not name, moments included, and changes nothing else", async () => {
    const count = 1009;
    const mask = Uint32Array.from({ length: Math.ceil(count / 32) }, (_, word) => (word * 2654435761) >>> 0);
    const free = (index: number) => (((mask[index >> 5] ?? 0) >>> (index & 31)) & 1) === 1;
    const [all, some] = [await train(count, true), await train(count, true, { mask })];
    const start = normals("start", count);
    for (const [turn, state] of some.entries()) {
      const whole = all[turn];
      if (whole === undefined) throw new Error("a step is missing");
      for (const name of ["weight", "first", "second"] as const) {
        const stood = name === "weight" ? start : new Float64Array(count);
        const want = Array.from({ length: count }, (_, index) => (free(index) ? whole[name][index] : stood[index]));
        expect(Array.from(state[name])).toEqual(want);
      }
    }
  });

  // Mask words that are empty, full and mixed; of two parameters, so that the second one's moments do not begin at 0.
  test.each([1, 31, 32, 33, 1009, 20_000])(
    "a child network of %i weights has the bits of masked gradients",
    async (count) => {
      const words = Math.ceil(count / 32);
      const masks = [3, 7].map((salt) => {
        const mask = Uint32Array.from({ length: words }, (_, word) => [0, ~0, word * 2654435761 * salt][word % 3] ?? 0);
        if (count % 32 !== 0) mask[words - 1] = (mask[words - 1] ?? 0) & (2 ** (count % 32) - 1);
        return mask;
      });
      await onDevice(device, async (b) => {
        const s = b.scope();
        const control = b.tensor("control", [4], [clipScale, 1, 1, 1]);
        const shared = { group: "encoder", depth: 1, decay: true, selectable: true, part: null, init: "normal", trained: true } as const; // prettier-ignore
        const paramsOf = (prefix: string): readonly Param[] =>
          masks.map((_, index) => ({
            spec: { ...shared, name: `${prefix} ${index}`, shape: [count] },
            value: b.tensor(`${prefix} value ${index}`, [count], normals(`start ${index}`, count), "weights"),
            grad: b.tensor(`${prefix} grad ${index}`, [count], [], "gradients"),
          }));
        const setGrads = (step: number): void => {
          for (const [index, mask] of masks.entries()) {
            const values = Float32Array.from(normals(`grad ${step} ${index}`, count));
            upload(device, at(child, index).grad, values);
            const masked = values.map((g, place) => (isKept(mask, place) ? g : 0));
            upload(device, at(plain, index).grad, masked);
          }
        };
        const [plain, child] = [paramsOf("plain"), paramsOf("child")];
        const usual = new AdamW(s.mem, new ParamSet(plain), { weightDecay });
        const own = new AdamW(s.mem, new ParamSet(child), {
          weightDecay,
          child: new Set(child.map(({ spec }) => spec.name)),
        });
        expect(() => own.step(s, new ParamSet(child), { step: 1, learningRate: 1, control })).toThrow("no moments yet");
        const parts = masks.map((mask, index) => {
          const { name } = at(child, index).spec;
          const kept = Array.from({ length: count }, (_, place) => isKept(mask, place)).filter((bit) => bit).length;
          return { name, mask: b.tensor(`mask ${index}`, [words], mask, "method"), count: kept };
        });
        const moments = own.reserveChild(s.mem, parts);
        moments.locate(s);
        expect(moments.tensors.map(({ shape }) => shape)).toEqual(
          [0, 1].map(() => [parts.reduce((sum, part) => sum + part.count, 0)]),
        );
        for (const step of steps) {
          setGrads(step);
          usual.step(s, new ParamSet(plain), { step, learningRate: rateOf(step), control });
          own.step(s, new ParamSet(child), { step, learningRate: rateOf(step), control });
          for (const [index, { value }] of child.entries()) {
            expect(await b.read(value)).toEqual(await b.read(at(plain, index).value));
          }
        }
      });
    },
  );

  test("control: decay where there should be none is seen", async () => {
    expect(problems(await train(64, true), false)).not.toBeNull();
  });
});
