import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Kernels } from "../../../src/nn/kernels.ts";
import { lanesOf } from "../../../src/nn/tuning/candidates.ts";
import { portableKernels } from "../../../src/nn/tuning/choice.ts";
import type { Values } from "../../../src/contract/fields.ts";
import { Pipelines } from "../../../src/gpu/pipelines.ts";
import { download, downloadWords } from "../../../src/gpu/readback.ts";
import { openTestDevice } from "../../gpu/device.ts";
import { kernelsWith, likelyKernels, runnableVariants } from "../../gpu/kernels.ts";
import { distilBertNames, familyNames, goldenNames, readGolden } from "../../golden/read.ts";
import type { GoldenFixture, GoldenName, GoldenTensor } from "../../golden/read.ts";
import { exactReference } from "../../reference/array.ts";
import { difference, expectClose } from "../../reference/compare.ts";
import { isKept } from "../../methods/packed.ts";
import { openGolden } from "../golden-run.ts";
import type { GoldenRun } from "../golden-run.ts";

const device = await openTestDevice();
const pipelines = new Pipelines(device);
afterAll(() => device.destroy());

/** The portable kernels, those that this device would take first, and every other one that it can run. */
const kernelSets: ReadonlyMap<string, Kernels> = new Map([
  ["portable kernels", portableKernels],
  ["likely kernels", likelyKernels(device)],
  ...runnableVariants(lanesOf(device)).map(([op, name]) => [`${op} ${name}`, kernelsWith(op, name)] as const),
]);

/** A golden run's request, opened. */
async function open(
  golden: GoldenFixture,
  changes: Values = {},
  kernels = portableKernels,
  method = golden.method,
): Promise<GoldenRun> {
  return await openGolden({ device, pipelines, kernels, choice: {}, profiler: null }, golden, changes, method);
}

/** Our f32 run may lie as far from PyTorch's float64 one as eight of PyTorch's own f32 runs lie apart. */
const deviations = 8;

function expectTensor(got: Float32Array | undefined, want: GoldenTensor, floor: number): void {
  expectClose(got ?? [], exactReference(Float64Array.from(want.data)), Math.max(deviations * want.deviation, floor));
}

/**
 * Every run with the portable and the likely kernels; of the pairs of a run with another kernel each fifth, so that every
 * run meets every fifth kernel and every kernel every fifth run. EVERY_PAIR=1 takes all, which needs minutes.
 */
const runs = [...goldenNames, ...distilBertNames];
const cases: readonly GoldenCase[] = [...kernelSets].flatMap(([set, kernels], row) =>
  // What other families run are BERT's kernels.
  [
    ...runs.filter((_, column) => row < 2 || process.env["EVERY_PAIR"] === "1" || (row + column) % 5 === 0),
    ...(row < 2 ? familyNames : []),
  ].map((name) => ({ name, set, kernels, changes: {} })),
);

interface GoldenCase {
  readonly name: GoldenName;
  readonly set: string;
  readonly kernels: Kernels;
  readonly changes: Values;
  /** In place of the golden run's own. */
  readonly method?: GoldenFixture["method"];
}

/** Runs that draw nothing for single tokens, their six rows a step in three parts. */
const inParts = { kernels: portableKernels, changes: { batchSize: 2, accumulate: 3 } };
const partCases: readonly GoldenCase[] = [
  ...[...runs, "bart-dps-dense" as const].flatMap((name) => {
    const { dropout, method } = readGolden(name);
    return dropout > 0 || method.id === "r3f" ? [] : [{ name, set: "three parts a step", ...inParts }];
  }),
  // Without dropout both its passes are the same one.
  { name: "vanilla", set: "R-Drop in three parts a step", ...inParts, method: { id: "r-drop", values: {} } },
];

describe.each([...cases, ...partCases])("$name against PyTorch with $set", ({ name, kernels, changes, method }) => {
  const golden = readGolden(name);
  let run: GoldenRun;
  beforeAll(async () => {
    run = await open(golden, changes, kernels, method);
  });
  afterAll(() => run.session.dispose());

  test("every gradient of step 1", async () => {
    await run.session.submitStep(1);
    const names = run.session.parts.params.list.map(({ spec }) => spec.name);
    expect(names.toSorted()).toEqual([...golden.gradients.keys()].toSorted());
    for (const { spec, grad } of run.session.parts.params.list) {
      const want = golden.gradients.get(spec.name);
      const mixed = golden.draws.find((draw) => draw.step === 1 && draw.label === `mixout/${spec.name}`);
      if (want === undefined) throw new Error(`no gradient of ${spec.name}`);
      const scale =
        golden.method.values["mixGradientScale"] === "exact"
          ? 1 / (1 - Number(golden.method.values["frozenShare"] ?? golden.method.values["mixShare"]))
          : 1;
      const columns = mixed?.kept.length ?? 1;
      const masked = want.data.map((value, index) =>
        mixed === undefined ? value : value * (mixed.kept[index % columns] ?? 0) * scale,
      );
      // A child network's mask is the update's own.
      const child = run.session.parts.method.child?.matrices.find(({ param }) => param.spec.name === spec.name);
      const got = await download(device, grad);
      const mask = child === undefined ? null : await downloadWords(device, child.mask);
      const given = got.map((g, index) => (mask === null || isKept(mask, index) ? g : 0));
      expectTensor(given, { ...want, data: masked, deviation: want.deviation * scale }, 1e-9);
    }
  });

  test("every loss, norms, rates and stages", async () => {
    for (let step = 2; step <= golden.recipe.maxSteps; step++) await run.session.submitStep(step);
    await run.session.settle(golden.recipe.maxSteps);
    expect(run.steps.map(({ step, stage, tokens }) => ({ step, stage, tokens }))).toEqual(
      golden.steps.map(({ step, stage, tokens }) => ({ step, stage, tokens })),
    );
    const series = (pick: (step: (typeof golden.steps)[number]) => number) =>
      exactReference(Float64Array.from(golden.steps, pick));
    expectClose(
      run.steps.map(({ loss }) => loss),
      series(({ loss }) => loss),
      deviations * golden.deviation.loss,
    );
    expectClose(
      run.steps.map(({ gradNorm }) => gradNorm),
      series(({ gradNorm }) => gradNorm),
      deviations * golden.deviation.gradNorm,
    );
    expect(run.steps.map(({ learningRate }) => learningRate)).toEqual(
      golden.steps.map(({ learningRate }) => expect.closeTo(learningRate, 15)),
    );
  });

  test("every selection", () => {
    expect(run.selections.length).toBe(golden.selections.length);
    golden.selections.forEach((want, cycle) => {
      const got = run.selections[cycle];
      expect(got?.step).toBe(want.step);
      // One element decides a threshold, on which few f32 runs may agree by chance: how far they part, all matrices tell.
      const spread = Math.max(...want.matrices.map(({ deviation, threshold }) => deviation / threshold));
      want.matrices.forEach((matrix) => {
        const found = got?.matrices.find(({ name: matrixName }) => matrixName === matrix.name);
        expect({ size: found?.size, kept: found?.kept }).toEqual({ size: matrix.size, kept: matrix.kept });
        expectClose(
          [found?.threshold ?? Number.NaN],
          exactReference(Float64Array.of(matrix.threshold)),
          deviations * spread * matrix.threshold,
        );
      });
    });
  });

  test("the weights after the last step", async () => {
    const weights = await run.session.weights();
    for (const [parameter, want] of golden.final) {
      // Adam divides a gradient that is zero but for rounding by its own size: only the step length bounds it.
      expectTensor(weights.get(parameter), want, 1e-9);
    }
  });
});

test("methods and settings differ from vanilla by more than any bound used here", () => {
  const last = (name: GoldenName): number => readGolden(name).steps.at(-1)?.loss ?? Number.NaN;
  const others = [
    "dps-dense",
    "dps-mix",
    "mixout",
    "child-tuning-d",
    "child-tuning-f",
    "re-init",
    "vanilla-dropout",
    "vanilla-layer-decay",
  ] as const;
  const distances = others.map((name) => Math.abs(last(name) - last("vanilla")));
  for (const distance of distances) expect(distance).toBeGreaterThan(1e-4);
});

test.each([
  ["r-drop", "vanilla-dropout"],
  ["r3f", "vanilla-dropout"],
  ["r3f-normal", "vanilla"],
] as const)("the weights of %s end elsewhere than those of %s", (name, plain) => {
  const [own, base] = [readGolden(name).final, readGolden(plain).final];
  for (const parameter of ["classifier.weight", "bert.encoder.layer.0.output.dense.weight"]) {
    const [got, other] = [own.get(parameter), base.get(parameter)];
    const apart = got?.data.map((value, index) => Math.abs(value - (other?.data[index] ?? Number.NaN))) ?? [];
    expect(Math.max(...apart)).toBeGreaterThan(100 * deviations * (got?.deviation ?? Number.NaN));
  }
});

test.each([
  ["vanilla-adam-published", { adamEpsilon: "torch" }],
  ["vanilla-head-linear", { headStart: "normal" }],
  ["vanilla-class-weights", { classWeights: "none" }],
  ["vanilla-multi-label-weights", { classWeights: "none" }],
] as const)("control: %s is not what the default gives", async (name, byDefault) => {
  const golden = readGolden(name);
  const { session } = await open(golden, byDefault);
  for (let step = 1; step <= golden.recipe.maxSteps; step++) await session.submitStep(step);
  const weights = await session.weights();
  session.dispose();
  for (const parameter of ["classifier.weight", "classifier.bias"]) {
    const want = golden.final.get(parameter);
    if (want === undefined) throw new Error(`no ${parameter}`);
    const wanted = exactReference(Float64Array.from(want.data));
    expect(difference(weights.get(parameter) ?? [], wanted, 100 * deviations * want.deviation)).not.toBeNull();
  }
});
