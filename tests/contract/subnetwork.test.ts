import * as v from "valibot";
import { expect, test } from "vitest";
import { run } from "../../src/contract/schemas/run.ts";
import { snapshot, subnetwork } from "../../src/contract/schemas/subnetwork.ts";

const taken = {
  step: 4,
  cycle: 0,
  layers: [{ layer: 0, size: 8, kept: 6, both: null, times: [2, 6] }],
  places: [{ layer: 0, heads: [1, 2, 1, 2], neurons: [1], dims: [3, 3] }],
  drift: [{ selected: 0.1, leftOut: null }],
};

test("a snapshot is taken as it is, and one with more bins than a picture has is refused", () => {
  expect(v.parse(snapshot, taken)).toEqual(taken);
  const [place] = taken.places;
  const wide = { ...taken, places: [{ ...place, neurons: Array.from({ length: 129 }, () => 0) }] };
  expect(v.safeParse(snapshot, wide).success).toBe(false);
});

test("a subnetwork is taken as it is, and one of more heads than there are places for is refused", () => {
  const record = { drawn: null, headCount: 1024, matrices: [], snapshots: [taken], masks: [] };
  expect(v.parse(subnetwork, record)).toEqual(record);
  expect(v.safeParse(subnetwork, { ...record, headCount: 1025 }).success).toBe(false);
});

test("a run of an earlier version has no subnetwork", () => {
  const earlier = {
    id: "vanilla-seed1",
    method: "vanilla",
    label: "Vanilla",
    seed: 1,
    status: "completed",
    error: null,
    values: {},
    stepCount: 0,
    steps: [],
    evaluations: [],
    selections: [],
    memoryBytes: {},
    elapsedMs: 1,
  };
  expect(v.parse(run, earlier).subnetwork).toBe(null);
});
