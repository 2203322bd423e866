import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RunRecord, SavedRun } from "../../../src/contract/run.ts";
import type { StateTensor } from "../../../src/train/run-state.ts";
import { Checkpoints } from "../../../src/experiment/running/checkpoints.ts";

const record: RunRecord = {
  id: "vanilla-seed1",
  method: "vanilla",
  label: "Vanilla",
  seed: 1,
  status: "running",
  error: null,
  values: {},
  setting: {},
  stepCount: 100,
  steps: [],
  evaluations: [],
  selections: [],
  memoryBytes: {},
  elapsedMs: 0,
  openMs: 0,
  times: [],
  subnetwork: null,
};
const device = {
  vendor: "",
  architecture: "",
  description: "",
  software: true,
  features: [],
  maxBufferBytes: 1,
  maxBindingBytes: 1,
};
const made = { device, kernels: {}, build: "", weights: "", rows: "" };

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

/** A run of which a save takes so many ms of its time, and whose state is read once `tensors` is there. */
function lane(costMs: number, tensors: Promise<readonly StateTensor[] | null> = Promise.resolve([])) {
  let done = 0;
  const session = {
    get done() {
      return done;
    },
    state: () => {
      vi.advanceTimersByTime(costMs);
      return Promise.resolve({ step: done, tensors });
    },
  };
  const told: SavedRun[] = [];
  const checkpoints = new Checkpoints({ everyMs: 1000, onSaved: (saved) => told.push(saved) });
  checkpoints.begin(record.id);
  const save = async (): Promise<void> =>
    await checkpoints.save({ id: record.id, session, record: () => record, masks: () => new Map() }, made);
  return {
    checkpoints,
    told,
    save,
    /** Steps for so long, asking after each ms, as a run does, whether to save. */
    train: async (ms: number) => {
      const endMs = performance.now() + ms;
      while (performance.now() < endMs) {
        vi.advanceTimersByTime(1);
        done += 1;
        if (!checkpoints.isDue(record.id)) continue;
        await save();
        await vi.waitFor(() => expect(checkpoints.of(record.id)).toBeDefined());
      }
    },
  };
}

test("a run is saved so often, and at once where it is hurried", async () => {
  const { checkpoints, told, train } = lane(1);
  await train(900);
  expect(told).toEqual([]);
  checkpoints.hurry();
  await train(10);
  expect(told).toMatchObject([{ run: record.id, step: 901, stepCount: 100, watched: false }]);
  await train(1050);
  expect(told).toHaveLength(2);
});

test("however often it is hurried, saving takes no more than a hundredth of the time", async () => {
  const { checkpoints, told, train } = lane(5);
  for (let turn = 0; turn < 500; turn++) {
    checkpoints.hurry();
    await train(10);
  }
  // 5 s of training, 5 ms a save.
  expect(told.length).toBeGreaterThan(5);
  expect(told.length * 5).toBeLessThanOrEqual(0.01 * performance.now() + 5);
});

test("one that is expensive is saved less often", async () => {
  const { told, train } = lane(50);
  // Due after 1 s; then after the hundredfold of what that took.
  await train(10_500);
  expect(told).toHaveLength(2);
});

test("one that ends while its state is read is not saved, and whoever waits for that waits no longer than it takes", async () => {
  let read: (tensors: readonly StateTensor[]) => void = () => undefined;
  const { checkpoints, told, train, save } = lane(1, new Promise((resolve) => (read = resolve)));
  await train(10);
  await save();
  let written = false;
  const waiting = checkpoints.written(record.id).then(() => (written = true));
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(written).toBe(false);
  checkpoints.drop(record.id);
  read([]);
  await waiting;
  expect([told, checkpoints.of(record.id)]).toEqual([[], undefined]);
});

test("without memory for one it is not tried again, even where it is hurried", async () => {
  const { checkpoints, told, train, save } = lane(1, Promise.resolve(null));
  await train(10);
  await save();
  await checkpoints.written(record.id);
  vi.advanceTimersByTime(3_600_000);
  checkpoints.hurry();
  expect([checkpoints.isDue(record.id), told]).toEqual([false, []]);
});
