import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { KeptSubnetworks } from "../../../src/experiment/trained/kept-subnetworks.ts";
import type { PlannedRun } from "../../../src/experiment/experiment.ts";
import { RunBuilder } from "../../../src/experiment/running/run-record.ts";
import { SleepWatch, type Slept } from "../../../src/experiment/running/sleep.ts";

const minute = 60_000;
/** What the computer's clocks show. */
const clock = { now: 0, wall: 0 };
const clocks = { now: () => clock.now, wallNow: () => clock.wall };
/** Time goes by in which nothing runs. */
function pass(ms: number, { counted = true } = {}): void {
  clock.wall += ms;
  if (counted) clock.now += ms;
}
/** Time goes by in which timers come. */
function work(ms: number): void {
  for (let gone = 0; gone < ms; gone += 1000) {
    pass(1000);
    vi.advanceTimersByTime(1000);
  }
}

beforeEach(() => {
  Object.assign(clock, { now: 0, wall: 1e12 });
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  vi.spyOn(performance, "now").mockImplementation(() => clock.now);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("sleep", () => {
  function watched() {
    const watch = new SleepWatch(clocks);
    const told: Slept[] = [];
    const unfollow = watch.follow((slept) => told.push(slept));
    return { watch, told, unfollow };
  }

  it("is told from a thread that works, however long a step takes", () => {
    const { told, unfollow } = watched();
    work(10 * minute);
    pass(28_000);
    work(2000);
    expect(told).toEqual([]);
    unfollow();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is found whether or not its time was counted, at whatever comes first after it", () => {
    const { watch, told } = watched();
    work(5000);
    pass(12 * minute);
    watch.beat();
    pass(2000);
    pass(20 * minute, { counted: false });
    vi.advanceTimersByTime(1000);
    // What little was counted is work: a step was under way when it fell asleep.
    expect(told).toEqual([
      { ms: 12 * minute, countedMs: 12 * minute },
      { ms: 20 * minute + 2000, countedMs: 0 },
    ]);
  });

  it("before anybody follows is none of theirs, nor is a clock that was put back", () => {
    const watch = new SleepWatch(clocks);
    pass(minute);
    const told: Slept[] = [];
    watch.follow((slept) => told.push(slept));
    clock.wall -= 3600_000;
    vi.advanceTimersByTime(1000);
    expect(told).toEqual([]);
  });
});

describe("a run", () => {
  const planned = {
    id: "vanilla-seed1",
    setting: {},
    request: { method: { id: "vanilla", label: "Vanilla" }, seed: 1, values: {}, settings: { steps: 9, epochs: 0, batchSize: 1 }, train: { count: 9 } },
  } as unknown as PlannedRun; // prettier-ignore
  const step = (number: number) =>
    ({ step: number, loss: 1, gradNorm: 1, learningRate: 0, stage: 0, tokens: 1 }) as const;

  function begun() {
    const sleep = new SleepWatch(clocks);
    const builder = new RunBuilder(
      planned,
      () => {},
      new KeptSubnetworks({ inspected: false }),
      undefined,
      () => sleep.beat(),
    );
    sleep.follow((slept) => builder.slept(slept));
    builder.watch.start();
    return builder;
  }

  it("is not charged for sleep, which is noted beside its time, and its times ascend", () => {
    const builder = begun();
    work(5000);
    builder.steps([step(1)]);
    pass(12 * minute);
    // A step comes before the timer does.
    builder.steps([step(2)]);
    work(5000);
    const { elapsedMs, sleptMs, times } = builder.record("completed", null);
    expect(sleptMs).toBe(12 * minute);
    expect(elapsedMs).toBe(10_000);
    expect(times.map((mark) => mark.elapsedMs)).toEqual([5000, 5000]);
  });

  it("that waits for its turn meanwhile has not slept, and one that never slept says nothing of it", () => {
    const builder = begun();
    work(3000);
    builder.watch.stop();
    pass(12 * minute);
    builder.watch.start();
    work(2000);
    const record = builder.record("completed", null);
    expect(record.elapsedMs).toBe(5000);
    expect(record).not.toHaveProperty("sleptMs");
  });
});
