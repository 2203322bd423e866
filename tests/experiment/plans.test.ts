import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkPlanSettings } from "../../src/experiment/plan/checked-plan.ts";
import { plans } from "../../src/experiment/plans/index.ts";
import { sampleTasks } from "../data/sample-tasks.ts";

test("every file of the folder is in the list, under its own name", () => {
  const folder = new URL("../../src/experiment/plans/", import.meta.url);
  const files = readdirSync(folder).filter((name) => name !== "index.ts");
  expect(files.map((name) => name.replace(/\.ts$/, "")).sort()).toEqual(plans.map(({ id }) => id).sort());
});

describe.each(plans)("$id", ({ sizes, sample, transfers }) => {
  test.each(["small", "full"] as const)("%s can be run", (size) => {
    const { runs } = checkPlanSettings(sizes[size]);
    expect(new Set(runs.map(({ id }) => id)).size).toBe(runs.length);
    expect(runs.some(({ method }) => method.id === "vanilla")).toBe(true);
  });

  test("the small size has fewer runs, and something to try it on unless it is about other sets", () => {
    expect(checkPlanSettings(sizes.small).runs.length).toBeLessThan(checkPlanSettings(sizes.full).runs.length);
    expect(transfers || sampleTasks.some(({ id }) => id === sample)).toBe(true);
  });
});
