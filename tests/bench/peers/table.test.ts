import { expect, test } from "vitest";
import { Row } from "./row.mjs";
import { isSameStep, tableOf } from "./table.mjs";

async function measured(losses: readonly number[], lossError = 0): Promise<Row> {
  const row = new Row("row", lossError, () =>
    Promise.resolve({
      about: null,
      steps: (count) => Promise.resolve({ losses: losses.slice(0, count), ms: [3, 1, 2] }),
    }),
  );
  await row.start(losses.length);
  await row.turn(3);
  return row;
}

async function failed(): Promise<Row> {
  const row = new Row("row", 0, () => Promise.reject(new Error("no device\nat line 1")));
  await row.start(2);
  await row.turn(3);
  return row;
}

test("a row takes the same step while its losses differ by rounding", async () => {
  const ours = await measured([0.7, 0.6]);
  expect(isSameStep(await measured([0.7, 0.6 * (1 + 9e-6)]), ours)).toBe(true);
  expect(isSameStep(await measured([0.7, 0.6 * (1 + 2e-5)]), ours)).toBe(false);
  expect(isSameStep(await measured([0.7, 0.6 * (1 + 2e-5)], 1.25e-5), ours)).toBe(true);
});

test("losses that are no numbers, or too few, are another step", async () => {
  const ours = await measured([0.7, 0.6]);
  expect(isSameStep(await measured([0.7, Number.NaN]), ours)).toBe(false);
  expect(isSameStep(await measured([0.7]), ours)).toBe(false);
  expect(isSameStep(ours, await measured([0.7, Number.NaN]))).toBe(false);
});

test("a row that fails is told and stands in the way of nothing", async () => {
  const ours = await measured([0.7, 0.6]);
  const other = await failed();
  expect(isSameStep(other, ours)).toBe(false);
  expect(tableOf([ours, other]).split("\n").at(-1)).toMatch(/^row +failed +no device$/);
});

test("the table gives the median, the least and the ratio", async () => {
  const ours = await measured([0.7, 0.6]);
  expect(
    tableOf([ours, await measured([0.7, 0.5])])
      .split("\n")
      .slice(1),
  ).toEqual([
    expect.stringMatching(/^row +2\.0 +1\.0 +1\.00 +0\.700000 0\.600000 +0\.0e\+0$/),
    expect.stringMatching(/^row +2\.0 +1\.0 +1\.00 +0\.700000 0\.500000 +1\.7e-1 NOT THE SAME STEP$/),
  ]);
});
