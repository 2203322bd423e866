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

const steps = 24;
const plan = tinyPlan(["vanilla", "dps-dense", "dps-mix", "child-tuning-d", "mixout"], [1], {
  steps,
  evaluateEvery: 7,
});

/** Runs the plan, saved every 20 ms; loses a device some milliseconds after so many steps were told of. */
async function run(order: ExperimentPlan["order"], losses: readonly { readonly steps: number; readonly ms: number }[]) {
  const { gpu, devices } = watchedGpu();
  const workspace = new Workspace(gpu);
  await workspace.loadModel(tinyFolder());
  await workspace.loadTable("train", { path: "train.tsv", file: new Blob([rteTable(16)]) });
  await workspace.prepareData({ ...anyChoice, devShare: 0.25 }, tinyLength);
  const experiment = await workspace.experiment({ ...plan, order }, { watched: true });
  const events: RunEvent[] = [];
  const left = [...losses];
  let told = 0;
  const emit = (event: RunEvent): void => {
    events.push(event);
    told += event.kind === "steps" ? event.steps.length : 0;
    const [next] = left;
    if (next === undefined || told < next.steps) return;
    left.shift();
    setTimeout(() => devices.at(-1)?.destroy(), next.ms);
  };
  const checkpoints = new Checkpoints({ everyMs: 20 });
  const control = new RunControl();
  const running = new RunningExperiment(experiment, control, emit, undefined, undefined, undefined, checkpoints);
  const result = await running.run();
  await workspace.engines.close();
  return { result, events, devices };
}

/** How many steps a run had done when it went on after each loss. */
const resumedAt = (events: readonly RunEvent[]): readonly number[] =>
  events.flatMap((event) => (event.kind === "started" && event.run.steps.length > 0 ? [event.run.steps.length] : []));

describe.each(["sequential", "interleaved"] as const)("runs, %s,", (order) => {
  test("survive a device that is lost at any moment, to the very result", { timeout: 120_000 }, async () => {
    const plain = await run(order, []);
    expect(plain.result.runs.map(({ status }) => status)).toEqual(plan.methods.map(() => "completed"));
    const stepCount = plan.methods.length * steps;
    let resumed = 0;
    for (const seed of [1, 2]) {
      const losses = [0, 1].map((time) => ({
        steps: Math.round((0.15 + 0.35 * time + 0.35 * drawUniform(seed, "loss", time, 0)) * stepCount),
        ms: 30 * drawUniform(seed, "delay", time, 0),
      }));
      const { result, events, devices } = await run(order, losses);
      expect(devices, "devices opened").toHaveLength(3);
      expect(numbersOf(result), `seed ${seed}`).toEqual(numbersOf(plain.result));
      // Each run ended once: none that had finished was run again.
      const ended = events.flatMap((event) => (event.kind === "ended" ? [event.run] : []));
      expect(ended.toSorted()).toEqual(result.runs.map(({ id }) => id).toSorted());
      resumed += resumedAt(events).length;
    }
    expect(resumed).toBeGreaterThan(0);
  });
});
