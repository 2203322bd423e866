import { beforeEach, describe, expect, test } from "vitest";
import { RunQueue } from "../../../src/experiment/running/queue.ts";

const runs = ["a", "b", "c"].map((id) => ({ id }));
let told: string[];
let queue: RunQueue<{ readonly id: string }>;
beforeEach(() => {
  told = [];
  queue = new RunQueue({
    queued: (added) => told.push(`queued ${added.map(({ id }) => id).join(" ")}`),
    cancelled: ({ id }) => told.push(`cancelled ${id}`),
  });
  queue.add(runs);
});

const rest = (): readonly string[] => {
  const ids: string[] = [];
  for (let run = queue.next(); run !== null; run = queue.next()) ids.push(run.id);
  return ids;
};

describe("a queue of runs", () => {
  test("gives each run once, in order, and takes a known one only once", () => {
    queue.add([{ id: "b" }, { id: "d" }]);
    expect(rest()).toEqual(["a", "b", "c", "d"]);
    expect(told).toEqual(["queued a b c", "queued d"]);
  });

  test("a waiting run that is cancelled never comes; retried, it comes last", () => {
    queue.cancel("a");
    expect(told.at(-1)).toBe("cancelled a");
    queue.retry("a");
    expect(rest()).toEqual(["b", "c", "a"]);
    expect(queue.isCancelled("a")).toBe(false);
  });

  test("a running run that is cancelled is marked, and can be retried once it has ended", () => {
    queue.next();
    queue.cancel("a");
    expect(queue.isCancelled("a")).toBe(true);
    expect(() => queue.retry("a")).toThrow(/The run a is running; only one that failed or was cancelled/);
    queue.ended("a", "stopped");
    queue.retry("a");
    expect(queue.isCancelled("a")).toBe(false);
    expect(rest()).toEqual(["b", "c", "a"]);
  });

  test("what completed is neither cancelled nor run again, and a stranger is named", () => {
    queue.next();
    queue.ended("a", "completed");
    expect(() => queue.cancel("a")).toThrow(/The run a has ended \(completed\)/);
    expect(() => queue.retry("a")).toThrow(/is completed; only/);
    expect(() => queue.cancel("z")).toThrow(/There is no run "z"/);
  });

  test("a run that was begun too early comes before all others again", () => {
    const first = queue.next();
    if (first === null) throw new Error("there are three");
    queue.putBack(first);
    expect(told.at(-1)).toBe("queued a");
    expect(rest()).toEqual(["a", "b", "c"]);
  });

  test("knows runs that have ended before, and runs them only where they are retried", () => {
    queue.adopt({ id: "old" }, "failed");
    queue.adopt({ id: "done" }, "completed");
    queue.add([{ id: "old" }, { id: "done" }]);
    expect(() => queue.retry("done")).toThrow(/done is completed/);
    queue.retry("old");
    expect(rest()).toEqual(["a", "b", "c", "old"]);
  });

  test("gives up what waits, which can be retried", () => {
    queue.next();
    expect(queue.abandon().map(({ id }) => id)).toEqual(["b", "c"]);
    expect(rest()).toEqual([]);
    queue.retry("c");
    expect(rest()).toEqual(["c"]);
  });
});
