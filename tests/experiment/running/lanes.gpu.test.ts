import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Experiment } from "../../../src/experiment/experiment.ts";
import { largestRuns, lanesOf } from "../../../src/experiment/running/lanes.ts";
import { Workspace } from "../../../src/experiment/workspace.ts";
import { testGpu } from "../../gpu/device.ts";
import { rteTable, tinyFolder } from "../../models/tiny-folder.ts";
import { tinyPlan } from "../../worker/engine.ts";
import { anyChoice, tinyLength } from "../refusal.ts";

const workspace = new Workspace(testGpu);
beforeAll(async () => {
  await workspace.loadModel(tinyFolder());
  await workspace.loadTable("train", { path: "train.tsv", file: new Blob([rteTable(16)]) });
  await workspace.prepareData({ ...anyChoice, devShare: 0.25 }, tinyLength);
});
afterAll(async () => (await workspace.engine()).device.destroy());

const grid = [{ field: "batchSize", values: [2, 8, 4] }];

async function experimentOf(order: "sequential" | "interleaved"): Promise<Experiment> {
  return await workspace.experiment({ ...tinyPlan(["vanilla", "dps-mix"], [1, 2]), grid, order });
}

describe("runs side by side", () => {
  test("are as many as fit if all were as large as the largest, and one where they go one after another", async () => {
    const estimates = await workspace.estimate({ ...tinyPlan(["vanilla", "dps-mix"], [1]), grid });
    const largest = Math.max(...estimates.map(({ plan }) => plan?.totalBytes ?? 0));
    const interleaved = await experimentOf("interleaved");
    expect([3.5, 3, 2.99, 1, 0.5].map((times) => lanesOf(interleaved, times * largest))).toEqual([3, 3, 2, 1, 1]);
    expect(lanesOf(interleaved)).toBeGreaterThan(100);
    expect(lanesOf(await experimentOf("sequential"))).toBe(1);
  });

  test("of a grid the largest batch of each method counts", async () => {
    const { runs } = await experimentOf("interleaved");
    expect(largestRuns(runs).map(({ id }) => id)).toEqual(["vanilla-batchSize=8-seed1", "dps-mix-batchSize=8-seed1"]);
  });
});
