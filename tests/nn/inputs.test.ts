import { expect, test } from "vitest";
import { groupByRow } from "../../src/nn/inputs.ts";

test("tokens are grouped by the row they read, rows and tokens ascending", () => {
  const { rows, starts, tokens } = groupByRow(Uint32Array.of(7, 2, 7, 0, 2, 7));
  expect([...rows]).toEqual([0, 2, 7]);
  expect([...starts]).toEqual([0, 1, 3, 6]);
  expect([...tokens]).toEqual([3, 1, 4, 0, 2, 5]);
});

test("no token, no row", () => {
  const { rows, starts, tokens } = groupByRow(new Uint32Array());
  expect([rows.length, [...starts], tokens.length]).toEqual([0, [0], 0]);
});
