import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExperimentPlan, ExperimentResult, RunEvent, SavedRun } from "../../../src/contract/run.ts";
import { Checkpoints } from "../../../src/experiment/running/checkpoints.ts";
import { RunControl } from "../../../src/experiment/running/control.ts";
import { openRunFile } from "../../../src/experiment/running/run-file-reading.ts";
import { RunningExperiment } from "../../../src/experiment/running/runner.ts";
import { Workspace } from "../../../src/experiment/workspace.ts";
import { methods } from "../../../src/methods/index.ts";
import { testGpu } from "../../gpu/device.ts";
import { rteTable, tinyFolder } from "../../models/tiny-folder.ts";
import { tinyPlan } from "../../worker/engine.ts";
import { anyChoice, tinyLength } from "../refusal.ts";

/** As after a restart: nothing is shared but the files. */
async function freshWorkspace(): Promise<Workspace> {
  const workspace = new Workspace(testGpu);
  await workspace.loadModel(tinyFolder());
  await workspace.loadTable("train", { path: "train.tsv", file: new Blob([rteTable(16)]) });
  await workspace.prepareData({ ...anyChoice, devShare: 0.25 }, tinyLength);
  return workspace;
}

let before: Workspace;
let after: Workspace;
beforeAll(async () => {
  [before, after] = [await freshWorkspace(), await freshWorkspace()];
});
afterAll(async () => {
  for (const workspace of [before, after]) (await workspace.engine()).device.destroy();
});

interface Ran {
  readonly result: ExperimentResult;
  readonly events: readonly RunEvent[];
}

async function run(
  workspace: Workspace,
  plan: ExperimentPlan,
  checkpoints: Checkpoints,
  onEvent: (event: RunEvent, control: RunControl) => void = () => {},
): Promise<Ran> {
  const experiment = await workspace.experiment(plan, { watched: true });
  const control = new RunControl();
  const events: RunEvent[] = [];
  const emit = (event: RunEvent): void => {
    events.push(event);
    onEvent(event, control);
  };
  const running = new RunningExperiment(experiment, control, emit, undefined, undefined, undefined, checkpoints);
  return { result: await running.run(), events };
}

/** All of a result but its times. */
function numbersOf({ runs, ...rest }: ExperimentResult) {
  return { ...rest, runs: runs.map((run) => ({ ...run, elapsedMs: 0, openMs: 0, times: [] })) };
}

const plan = tinyPlan(
  methods.map(({ id }) => id),
  [1],
  { steps: 8, evaluateEvery: 3 },
);

test("a run of every method goes on from its file in another workspace, to the very result", async () => {
  const files = new Map<string, Blob[]>();
  const onSaved = ({ run: id, file }: SavedRun): void => void files.set(id, [...(files.get(id) ?? []), file]);
  const whole = await run(before, plan, new Checkpoints({ everyMs: 0, onSaved }));
  const plain = await run(before, plan, new Checkpoints());
  expect(numbersOf(whole.result)).toEqual(numbersOf(plain.result));
  expect(files.size).toBe(methods.length);
  for (const pick of [0, 0.5, 1]) {
    const adopted = new Checkpoints();
    const steps = new Map<string, number>();
    for (const [id, saved] of files) {
      const file = saved[Math.round(pick * (saved.length - 1))];
      if (file === undefined) throw new Error(`${id} was not saved`);
      steps.set(id, (await openRunFile(file, id)).state.step);
      adopted.adopt(id, file);
    }
    const { result, events } = await run(after, plan, adopted);
    expect(numbersOf(result), `from steps ${[...steps.values()].join(", ")}`).toEqual(numbersOf(plain.result));
    // It began where it stood, and not at the beginning.
    for (const [id, step] of steps) {
      const started = events.find((event) => event.kind === "started" && event.run.id === id);
      expect(started?.kind === "started" && started.run.steps.length).toBe(step);
      expect(adopted.of(id)).toBe(undefined);
    }
  }
});

test("runs side by side are all saved when they are paused", async () => {
  const side: ExperimentPlan = { ...tinyPlan(["vanilla", "dps-mix"], [1, 2], { steps: 60 }), order: "interleaved" };
  const files = new Map<string, Blob>();
  const checkpoints = new Checkpoints({ onSaved: ({ run: id, file }) => files.set(id, file) });
  const begun = new Set<string>();
  await run(before, side, checkpoints, (event, control) => {
    if (begun.size === 4 || event.kind !== "steps" || begun.add(event.run).size < 4) return;
    control.pause();
    setTimeout(() => control.resume(), 300);
  });
  const plain = await run(before, side, new Checkpoints());
  expect(files.size).toBe(4);
  const adopted = new Checkpoints();
  for (const [id, file] of files) adopted.adopt(id, file);
  const { result } = await run(after, side, adopted);
  expect(numbersOf(result).runs).toEqual(expect.arrayContaining(numbersOf(plain.result).runs));
});

describe("a file of another run is told and not used:", () => {
  test.each([
    ["of another seed", { ...plan, seeds: [2] }, "its id is another"],
    ["of other settings", tinyPlan(["vanilla"], [1], { steps: 9 }), "its stepCount is another"],
  ])("%s", async (_, other, reason) => {
    const files: Blob[] = [];
    const checkpoints = new Checkpoints({ everyMs: 0, onSaved: ({ file }) => files.push(file) });
    await run(before, { ...plan, methods: plan.methods.slice(0, 1) }, checkpoints);
    const [first] = files;
    if (first === undefined) throw new Error("nothing was saved");
    const adopted = new Checkpoints();
    const few = { ...other, methods: other.methods.slice(0, 1) };
    adopted.adopt(`vanilla-seed${few.seeds[0]}`, first);
    const { result, events } = await run(after, few, adopted);
    expect(events).toContainEqual({
      kind: "note",
      text: `The checkpoint of vanilla-seed${few.seeds[0]} is not used, since ${reason}: the run begins anew.`,
    });
    expect(numbersOf(result)).toEqual(numbersOf((await run(after, few, new Checkpoints())).result));
  });
});
