import { expect, test } from "vitest";
import { batchOrder, makeBatch } from "../../../src/data/dataset/batch.ts";
import { planBatches } from "../../../src/train/finetuning/batches.ts";
import { stepCounts, trainingSettings } from "../../../src/train/finetuning/settings.ts";
import { syntheticSplit } from "../synthetic.ts";

const train = syntheticSplit(10, 20, 50, true);
const dev = syntheticSplit(7, 9, 50, true);
const settings = trainingSettings({ batchSize: 4, epochs: 3 });
const { maxSteps, stepsPerEpoch } = stepCounts(settings, train.count);
const request = { train, dev, transfers: [], settings, seed: 5 };
const plan = planBatches(request, maxSteps);

/** Of a step that is one part. */
function rowsOf(step: number): Uint32Array {
  const [rows, ...others] = plan.partsOf(step);
  if (rows === undefined || others.length > 0) throw new Error(`step ${step} has ${others.length + 1} parts`);
  return rows;
}

test("a step's rows are its epoch's, in whatever order they are asked for", () => {
  expect([maxSteps, stepsPerEpoch]).toEqual([9, 3]);
  const expected = [0, 1, 2].flatMap((epoch) =>
    batchOrder({ count: 10, batchSize: 4, seed: 5, epoch, order: "shuffled" }).map((rows) => [...rows]),
  );
  const steps = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  expect(steps.map((step) => [...rowsOf(step)])).toEqual(expected);
  expect(steps.toReversed().map((step) => [...rowsOf(step)])).toEqual(expected.toReversed());
  expect(plan.tokensOf(5)).toBe(makeBatch(train, rowsOf(5)).tokenCount);
});

test("the limits are those of the largest batch of the run, and of no other", () => {
  const sizesOf = (steps: number): readonly number[] => {
    const { limits } = planBatches({ ...request, dev: syntheticSplit(1, 3, 50) }, steps);
    return [limits.tokenCount, limits.sequenceCount, limits.maxLength];
  };
  const tokens = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((step) => plan.tokensOf(step));
  const longest = makeBatch(train, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).longest;
  for (const steps of [1, 2, 5, 9]) expect(sizesOf(steps)).toEqual([Math.max(...tokens.slice(0, steps)), 4, longest]);
});

test("several batches make a step of the rows of a large one, in its order; the last of an epoch may be short", () => {
  const large = planBatches({ ...request, settings: trainingSettings({ batchSize: 6, epochs: 2 }) }, 4);
  const accumulating = trainingSettings({ batchSize: 2, accumulate: 3, epochs: 2 });
  expect(stepCounts(accumulating, train.count)).toEqual({ maxSteps: 4, stepsPerEpoch: 2 });
  const small = planBatches({ ...request, settings: accumulating }, 4);
  const counts = [1, 2, 3, 4].map((step) => small.partsOf(step).map(({ length }) => length));
  expect(counts).toEqual([
    [2, 2, 2],
    [2, 2],
    [2, 2, 2],
    [2, 2],
  ]);
  for (const step of [1, 2, 3, 4]) {
    expect(small.partsOf(step).flatMap((part) => [...part])).toEqual(large.partsOf(step).flatMap((part) => [...part]));
    expect(small.tokensOf(step)).toBe(large.tokensOf(step));
  }
  expect(small.limits.sequenceCount).toBe(2);
  const parts = [1, 2, 3, 4].flatMap((step) => small.partsOf(step));
  const most = Math.max(
    ...parts.map((part) => makeBatch(train, part).tokenCount),
    ...[0, 2, 4, 6].map(
      (row) =>
        makeBatch(
          dev,
          [row, row + 1].filter((one) => one < dev.count),
        ).tokenCount,
    ),
  );
  expect(small.limits.tokenCount).toBe(most);
});

test("a run that would visit more rows than anyone waits for is refused with what may be asked", () => {
  const endless = trainingSettings({ batchSize: 4, epochs: 1000 });
  expect(stepCounts(endless, 20_000).maxSteps).toBe(5_000_000);
  expect(() => stepCounts(endless, 20_004)).toThrow(/visit 20004000 rows .* 5000000 steps \(999 epochs\)/);
});
