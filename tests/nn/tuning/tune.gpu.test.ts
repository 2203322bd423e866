import { afterAll, expect, test } from "vitest";
import { Pipelines } from "../../../src/gpu/pipelines.ts";
import { candidatesOf, lanesOf } from "../../../src/nn/tuning/candidates.ts";
import type { Asked } from "../../../src/nn/tuning/questions.ts";
import { tune } from "../../../src/nn/tuning/tune.ts";
import { openTestDevice } from "../../gpu/device.ts";

const device = await openTestDevice();
afterAll(() => device.destroy());

const product = { op: "matmul", real: "f32", kind: "nt", sizes: { M: 96, N: 128, K: 64 } } as const;
const norm = { op: "layernorm", real: "f32", rows: 96, cols: 128 } as const;
const asked: Asked = new Map([
  ["matmul nt 128x64", { question: product, calls: 2 }],
  ["layernorm 128", { question: norm, calls: 1 }],
]);

test("the variant that takes least over the run is taken", async () => {
  // So many steps that compiling counts for nothing.
  const options = { steps: 1e12, budgetMs: 60_000 };
  const { choice, tried } = await tune(device, new Pipelines(device), asked, options);
  expect(tried.map(({ variant }) => variant)).toEqual([
    ...candidatesOf(product, lanesOf(device)),
    ...candidatesOf(norm, lanesOf(device)),
  ]);
  for (const question of asked.keys()) {
    const of = tried.filter((one) => one.question === question);
    const least = Math.min(...of.map(({ ms }) => ms ?? Number.NaN));
    expect(of.filter(({ chosen }) => chosen).map(({ variant, ms }) => ({ variant, ms }))).toEqual([
      { variant: choice[question], ms: least },
    ]);
  }
});

test("without time every question takes its likeliest variant, checked and not timed", async () => {
  const { choice, tried } = await tune(device, new Pipelines(device), asked, { steps: 1, budgetMs: -1 });
  for (const [key, { question }] of asked) {
    const [likeliest, ...others] = candidatesOf(question, lanesOf(device));
    expect(choice[key]).toBe(likeliest);
    const of = tried.filter((one) => one.question === key);
    expect(of.map(({ ms }) => ms)).toEqual(of.map(() => null));
    expect(of.map(({ reason }) => reason)).toEqual([
      "right, but not timed: the time was up",
      ...others.map(() => "not tried: the time was up"),
    ]);
  }
});
