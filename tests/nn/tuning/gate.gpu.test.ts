import { afterAll, expect, test } from "vitest";
import { openDevice, type Device } from "../../../src/gpu/device.ts";
import { Pipelines } from "../../../src/gpu/pipelines.ts";
import { lanesOf } from "../../../src/nn/tuning/candidates.ts";
import { faultOf } from "../../../src/nn/tuning/gate.ts";
import type { Question } from "../../../src/nn/tuning/questions.ts";
import { runnableVariants } from "../../gpu/kernels.ts";
import { openTestDevice } from "../../gpu/device.ts";
import { watchedGpu, type Claims } from "../../gpu/watched-gpu.ts";

const sizes = { M: 64, N: 64, K: 64 };
const attention = { op: "attention", real: "f32", heads: 2, size: 8, tokens: 32, sequences: 2, longest: 16 } as const;
const questions: readonly Question[] = [
  ...(["nn", "nt", "tn"] as const).map((kind) => ({ op: "matmul", real: "f32", kind, sizes }) as const),
  ...(["gelu", "gelu_tanh", "relu", "silu"] as const).flatMap((activation) =>
    ([`nn_${activation}`, `nt_${activation}`] as const).map(
      (kind) => ({ op: "matmul", real: "f32", kind, sizes }) as const,
    ),
  ),
  attention,
  { op: "layernorm", real: "f32", rows: 32, cols: 64 },
];

const device = await openTestDevice();
const pipelines = new Pipelines(device);
const opened: Device[] = [device];
afterAll(() => opened.forEach((one) => one.destroy()));

const reals = device.gpu.features.has("shader-f16") ? (["f32", "f16"] as const) : (["f32"] as const);

/**
 * In f16 a product with another activation than GELU is a product and an activation that each have their test: of those
 * pairs each fifth, so that every activation meets every fifth variant. EVERY_PAIR=1 takes all, which are minutes of compiling.
 */
const rare = /_(?:gelu_tanh|relu|silu)$/;
const pairs = runnableVariants(lanesOf(device)).flatMap(([op, name], row) =>
  questions
    .filter((question) => question.op === op)
    .flatMap((question) => reals.map((real) => ({ name, question: { ...question, real }, op })))
    .filter(({ question }, column) => {
      const kind = question.op === "matmul" && question.real === "f16" ? question.kind : "";
      return !rare.test(kind) || process.env["EVERY_PAIR"] === "1" || (row + column) % 5 === 0;
    }),
);

test.each(pairs)("$op $name computes what it should: $question.kind, $question.real", async ({ name, question }) => {
  expect(await faultOf(device, pipelines, question, name)).toBeNull();
});

/** The fault of a variant where one kernel's text is altered. */
async function brokenFault(question: Question, variant: string, miscompiled: NonNullable<Claims["miscompiled"]>) {
  const broken = await openDevice(watchedGpu({ miscompiled }).gpu);
  opened.push(broken);
  return await faultOf(broken, new Pipelines(broken), question, variant);
}

// What only a part of a kernel's uses reaches is found as well: dropout, a bias, the sums beside a product.
test.each([
  ["dropout of a LayerNorm", "layernorm", "layernorm_forward_dropout", "random_keep(u.seed", "random_keep(u.seed + 1u"],
  ["dropout of attention", "attention", "attention_forward", "random_keep(u.seed", "random_keep(u.seed + 1u"],
  ["a bias", "nt", "matmul_nt", "if (u.biased == 1u)", "if (u.biased == 2u)"],
  ["GELU", "nt_gelu", "matmul_nt_gelu", "results = activation(vec4f(before))", "results = vec4f(before)"],
  ["GELU's slope", "nn_gelu", "matmul_nn_gelu", "*= activation_slope(before)", "*= activation(before)"],
  ["tanh-GELU", "nt_gelu_tanh", "matmul_nt_gelu_tanh", "0.0713548163", "0.0723548163"],
  ["tanh-GELU's slope", "nn_gelu_tanh", "matmul_nn_gelu_tanh", "0.214064449", "0.224064449"],
  ["the sums beside a product", "tn", "matmul_tn", "rows_total += rows", "rows_total += rows * 1.001"],
] as const)("%s that is miscompiled is found", async (_, wanted, kernel, text, instead) => {
  const question = questions.find((one) => (one.op === "matmul" ? one.kind : one.op) === wanted);
  if (question === undefined) throw new Error(`no question ${wanted}`);
  const variant = { matmul: "tiled", attention: "blocks", layernorm: "workgroup" }[question.op];
  let altered = 0;
  const fault = await brokenFault(question, variant, (name, code) => {
    if (name !== kernel && !name.startsWith(`${kernel}_`)) return code;
    altered += code.includes(text) ? 1 : 0;
    return code.replaceAll(text, instead);
  });
  expect(altered).toBe(1);
  expect(fault).toMatch(/^element \d+ is .* and should be /);
});
