import { expect, test } from "vitest";
import { seedsToAdd } from "../../../src/store/results/seeds-to-add.ts";

const record = { method: "a", setting: {}, verdict: "unclear" as const, seeds: [1, 2, 3, 4, 5], seedsToSettle: 11 };
const run = (status: "waiting" | "running" | "completed" | "failed", method = "a") => ({ method, setting: {}, status });

test("what settles it, less what is done and what is coming; at most twenty at once", () => {
  expect(seedsToAdd(record, [])).toEqual({ count: 6, more: 6 });
  const runs = [run("waiting"), run("running"), run("completed"), run("failed"), run("waiting", "b")];
  expect(seedsToAdd(record, runs)).toEqual({ count: 4, more: 4 });
  expect(seedsToAdd({ ...record, seedsToSettle: 300 }, [])).toEqual({ count: 20, more: 295 });
});

test("none where it is settled, or nothing would settle it, or enough are coming", () => {
  expect(seedsToAdd({ ...record, verdict: "better" }, []).count).toBe(0);
  expect(seedsToAdd({ ...record, seedsToSettle: null }, []).count).toBe(0);
  expect(seedsToAdd({ ...record, seedsToSettle: 4 }, []).count).toBe(0);
});
