import { expect, test } from "vitest";
import { decoderOf, groupByRow, positionsOf } from "../../src/nn/inputs.ts";
import { batchOf } from "./batch.ts";

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

test("a decoder reads its texts moved on by one, and is asked at their last end token, or their first token without one", () => {
  const batch = batchOf([4, 1, 3], () => 5);
  const ids = Uint32Array.of(7, 2, 8, 2, 9, 4, 2, 1);
  const rows = { padId: 1, positionsBehindPad: false, firstPosition: 2, decoder: { startId: 3, endId: 2 } };
  const told = decoderOf({ ...batch, ids }, rows);
  expect([...(told?.ids ?? [])]).toEqual([3, 7, 2, 8, 3, 3, 4, 2]);
  expect([...(told?.ends ?? [])]).toEqual([3, 4, 6]);
  expect(decoderOf(batch, { padId: 1, positionsBehindPad: false })).toBeNull();
});

test("positions count from 0, from the first that is read, or behind the pad token's, which is its own in a text as well", () => {
  const batch = { ...batchOf([4, 2], () => 5), ids: Uint32Array.of(7, 1, 8, 2, 1, 9) };
  expect([...positionsOf(batch, { padId: 1, positionsBehindPad: false })]).toEqual([0, 1, 2, 3, 0, 1]);
  expect([...positionsOf(batch, { padId: 1, positionsBehindPad: false, firstPosition: 2 })]).toEqual([
    2, 3, 4, 5, 2, 3,
  ]);
  expect([...positionsOf(batch, { padId: 1, positionsBehindPad: true })]).toEqual([2, 1, 3, 4, 1, 2]);
});
