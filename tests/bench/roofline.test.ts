import { expect, test } from "vitest";
import { globals } from "webgpu";
import { createArena } from "../../src/gpu/arena.ts";
import { vanilla } from "../../src/methods/vanilla.ts";
import { activationKernels } from "../../src/nn/ops/activation.ts";
import { matmulNT, matmulTN } from "../../src/nn/ops/matmul.ts";
import { createScope, noDropout } from "../../src/nn/scope.ts";
import { portableKernels } from "../../src/nn/tuning/choice.ts";
import { adamwKernel } from "../../src/optim/adamw.ts";
import { CostRecorder, readsToo } from "./cost.ts";
import { costsOf } from "./op-bench.ts";
import { paperMs, paperStepMs, stepCosts } from "./roofline.ts";
import { plannedRun } from "./shapes.ts";

Object.assign(globalThis, globals);

const small = {
  vocab_size: 10,
  hidden_size: 4,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 8,
};
/** Eight tokens. */
const batch = { rows: 2, tokens: 4 };

test("a step's products and attention are counted as by hand", () => {
  const costs = stepCosts(plannedRun(small, batch, vanilla, 1));
  const products = [
    4 * 2 * 8 * 4 * 4, // query, key, value and output
    2 * 2 * 8 * 4 * 8, // up and down
    2 * 2 * 4 * 4, // pooler, on two first tokens
    2 * 2 * 4 * 2, // two classes
  ];
  // As many again for dx, and for dW.
  expect(costs.get("matmul")?.flops).toBe(3 * products.reduce((sum, flops) => sum + flops, 0));
  // Seven products of each token with the four of its sequence.
  expect(costs.get("attention")?.flops).toBe(7 * 2 * 8 * 4 * 4);
  // The pooler's tanh reads x and writes y [2, 4], and backward reads y and dy and writes dy.
  expect(costs.get("tanh")).toEqual({ flops: 0, bytes: 4 * 2 * 4 * 5 });
});

test("an update reads a gradient, and reads and writes a weight and its two moments", () => {
  const costs = costsOf({ kernels: portableKernels }, (mem) => {
    const named = (label: string, shape: readonly number[]) => mem.tensor("weights", label, shape);
    const [grad, value, first, second] = ["grad", "value", "first", "second"].map((label) => named(label, [10]));
    const control = named("control", [4]);
    if (grad === undefined || value === undefined || first === undefined || second === undefined) throw new Error();
    const numbers = {
      count: 10,
      decay: 1,
      beta1: 0,
      rest1: 1,
      beta2: 0,
      rest2: 1,
      epsilon: 0,
      step_size: 0,
      correction: 1,
      corrected: 0,
    };
    return (s) => s.rec.run(adamwKernel, { grad, control, value, first, second }, numbers, [1, 1, 1]);
  });
  expect(costs.get("adamw")).toEqual({ flops: 0, bytes: 4 * (10 + 4 + 2 * 3 * 10) });
});

test("a product moves its factors once, and reads what it adds to", () => {
  const mem = createArena(null);
  const rec = new CostRecorder();
  const s = createScope({ rec, mem, seed: 1, step: 1, dropout: noDropout, kernels: portableKernels });
  const named = (label: string, shape: readonly number[]) => mem.tensor("activations", label, shape);
  const [a, b, c, sums] = [named("a", [5, 2]), named("b", [5, 3]), named("c", [2, 3]), named("sums", [2])];
  matmulTN(s, a, b, c, { into: sums, accumulate: 0 }, 1);
  expect(rec.costs.get("matmul_tn")).toEqual({ flops: 2 * 2 * 3 * 5, bytes: 4 * (10 + 15 + 2 * 6 + 2) });
  const [x, w, y, before] = [named("x", [2, 5]), named("w", [3, 5]), named("y", [2, 3]), named("before", [2, 3])];
  matmulNT(s, x, w, y);
  expect(rec.costs.get("matmul_nt")?.bytes).toBe(4 * (10 + 15 + 6));
  matmulNT(s, x, w, y, { through: { activation: "gelu", before }, bias: named("bias", [3]) });
  expect(rec.costs.get("matmul_nt_gelu")?.bytes).toBe(4 * (10 + 15 + 3 + 6 + 6));
  rec.copy(c, c, { count: 3 });
  rec.clear(c);
  expect(rec.costs.get("copy")?.bytes).toBe(2 * 4 * 3);
  expect(rec.costs.get("clear")?.bytes).toBe(4 * 6);
});

test("what a kernel reads of what it writes is seen in its text", () => {
  expect(readsToo(activationKernels.gelu.forward, "y")).toBe(false);
  expect(readsToo(activationKernels.gelu.back, "dy")).toBe(true);
  expect(["value", "first", "second"].map((binding) => readsToo(adamwKernel, binding))).toEqual([true, true, true]);
  expect(readsToo({ wgsl: "// y[i] is written\ny[rows[i]] = 1.0;" }, "y")).toBe(false);
  expect(readsToo({ wgsl: "if (y[i] == 1.0) { y[i] = 2.0; }" }, "y")).toBe(true);
});

test("on paper work takes what its slower half takes, and families stand one after another", () => {
  const peaks = { gigaflops: 100, gigabytes: 10 };
  const [computing, moving] = [
    { flops: 5e9, bytes: 1e8 },
    { flops: 1e6, bytes: 2e8 },
  ];
  expect(paperMs(computing, peaks)).toBeCloseTo(50, 9);
  expect(paperMs(moving, peaks)).toBeCloseTo(20, 9);
  const families = new Map([
    ["matmul", computing],
    ["gelu", moving],
  ]);
  expect(paperStepMs(families, peaks)).toBeCloseTo(70, 9);
});
