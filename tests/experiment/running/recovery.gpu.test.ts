import { describe, expect, test } from "vitest";
import type { ExperimentPlan, ExperimentResult, RunEvent } from "../../../src/contract/run.ts";
import { drawUniform } from "../../../src/core/rng.ts";
import { Checkpoints } from "../../../src/experiment/running/checkpoints.ts";
import { RunControl } from "../../../src/experiment/running/control.ts";
import { RunningExperiment } from "../../../src/experiment/running/runner.ts";
import { Workspace } from "../../../src/experiment/workspace.ts";
import { watchedGpu } from "../../gpu/watched-gpu.ts";
import { rteTable, tinyFolder } from "../../models/tiny-folder.ts";
import { tinyPlan } from "../../worker/engine.ts";
import { anyChoice, tinyLength } from "../refusal.ts";

/** All of a result but its times. */
function numbersOf({ runs, ...rest }: ExperimentResult) {
  return { ...rest, runs: runs.map((run) => ({ ...run, elapsedMs: 0, openMs: 0, times: [] })) };
}

const plan = tinyPlan(["vanilla", "dps-dense", "dps-mix", "child-tuning-d", "mixout"], [1], {
  steps: 24,
  evaluateEvery: 7,
});

/** Runs the plan, saved every 20 ms. `disturb`: begins with the first run, and may lose devices. */
async function run(
  order: ExperimentPlan["order"],
  disturb: (devices: readonly GPUDevice[], over: () => boolean) => void,
) {
  const { gpu, devices } = watchedGpu();
  const workspace = new Workspace(gpu);
  await workspace.loadModel(tinyFolder());
  await workspace.loadTable("train", { path: "train.tsv", file: new Blob([rteTable(16)]) });
  await workspace.prepareData({ ...anyChoice, devShare: 0.25 }, tinyLength);
  const experiment = await workspace.experiment({ ...plan, order }, { watched: true });
  const events: RunEvent[] = [];
  const emit = (event: RunEvent): void => void events.push(event);
  const checkpoints = new Checkpoints({ everyMs: 20 });
  const running = new RunningExperiment(
    experiment,
    new RunControl(),
    emit,
    undefined,
    undefined,
    undefined,
    checkpoints,
  );
  let over = false;
  const began = performance.now();
  const ending = running.run().finally(() => (over = true));
  disturb(devices, () => over);
  const result = await ending;
  const ms = performance.now() - began;
  await workspace.engines.close();
  return { result, events, ms, devices };
}

/** How many steps a run had done when it went on after each loss. */
const resumedAt = (events: readonly RunEvent[]): readonly number[] =>
  events.flatMap((event) => (event.kind === "started" && event.run.steps.length > 0 ? [event.run.steps.length] : []));

describe.each(["sequential", "interleaved"] as const)("runs, %s,", (order) => {
  test("survive a device that is lost at any moment, to the very result", { timeout: 120_000 }, async () => {
    const plain = await run(order, () => {});
    expect(plain.result.runs.map(({ status }) => status)).toEqual(
      plan.seeds.flatMap(() => plan.methods.map(() => "completed")),
    );
    let resumed = 0;
    for (const seed of [1, 2]) {
      const disturbed = await run(order, (devices, over) => {
        const lose = async (): Promise<void> => {
          for (const time of [0, 1]) {
            const count = devices.length;
            const share = drawUniform(seed, "loss", time, 0);
            await new Promise((resolve) => setTimeout(resolve, 0.6 * share * plain.ms));
            devices.at(-1)?.destroy();
            while (!over() && devices.length === count) await new Promise((resolve) => setTimeout(resolve, 5));
          }
        };
        void lose();
      });
      const { result, events, devices } = disturbed;
      expect(devices.length, "devices opened").toBeGreaterThan(1);
      expect(numbersOf(result), `seed ${seed}`).toEqual(numbersOf(plain.result));
      // Each run ended once: none that had finished was run again.
      const ended = events.flatMap((event) => (event.kind === "ended" ? [event.run] : []));
      expect(ended.toSorted()).toEqual(result.runs.map(({ id }) => id).toSorted());
      resumed += resumedAt(events).filter((steps) => steps > 1).length;
    }
    expect(resumed).toBeGreaterThan(0);
  });
});
