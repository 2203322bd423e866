import { afterAll, expect, test } from "vitest";
import type { KernelSource } from "../../../src/contract/engine/kernels.ts";
import type { RunRecord } from "../../../src/contract/run.ts";
import { choicesInMemory } from "../../../src/experiment/kernels/kernel-tuning.ts";
import { RunControl } from "../../../src/experiment/running/control.ts";
import { RunningExperiment } from "../../../src/experiment/running/runner.ts";
import { Workspace } from "../../../src/experiment/workspace.ts";
import { watchedGpu, type Claims } from "../../gpu/watched-gpu.ts";
import { rteTable, tinyFolder } from "../../models/tiny-folder.ts";
import { tinyPlan } from "../../worker/engine.ts";
import { anyChoice, refusalOf, tinyLength } from "../refusal.ts";

const devices: (readonly GPUDevice[])[] = [];
afterAll(() => {
  for (const device of devices.flat()) device.destroy();
});

async function opened(claims: Claims = {}, choices = choicesInMemory()): Promise<Workspace> {
  const watched = watchedGpu(claims);
  devices.push(watched.devices);
  const workspace = new Workspace(watched.gpu, choices);
  await workspace.loadModel(tinyFolder());
  await workspace.loadTable("train", { path: "train.tsv", file: new Blob([rteTable(16)]) });
  await workspace.prepareData(anyChoice, tinyLength);
  return workspace;
}

const plan = tinyPlan(["vanilla"], [1]);

async function runOn(workspace: Workspace): Promise<RunRecord | undefined> {
  const experiment = await workspace.experiment(plan);
  const { runs } = await new RunningExperiment(experiment, new RunControl(), () => {}).run();
  return runs[0];
}

/** Products as a driver would have them that gets all but the portable ones wrong by a thousandth. */
const miscompiled = (name: string, code: string): string =>
  /^matmul_(block|subgroup|tile)/.test(name)
    ? code.replaceAll(/\b(c\[[^\]]+\]) = ([^;]+);/g, (_, place, result) => `${place} = 1.001 * (${result});`)
    : code;

test("a kernel that is broken is found, named and left out, and the run goes on with another", async () => {
  const workspace = await opened({ miscompiled });
  const { choice, tried } = await workspace.tune(plan);
  const out = tried.filter(({ reason }) => reason?.startsWith("out: ") === true);
  expect(out.length).toBeGreaterThan(0);
  for (const { variant, chosen, reason } of out) {
    expect(variant).toMatch(/^(subgroup|block|tile)\d/);
    expect(reason).toMatch(/^out: element \d+ is .* and should be /);
    expect(chosen).toBe(false);
  }
  const products = Object.entries(choice).filter(([question]) => question.startsWith("matmul "));
  expect(products.length).toBeGreaterThan(0);
  expect(products.every(([, variant]) => variant.startsWith("tiled"))).toBe(true);
  expect((await runOn(workspace))?.status).toBe("completed");
});

test("a choice is kept, answers all that a run asks, and gives the same bits again", async () => {
  const choices = choicesInMemory();
  const workspace = await opened({}, choices);
  const told: number[] = [];
  const first = await workspace.tune(plan, (_, done) => told.push(done));
  expect(first.from).toBe("timed");
  expect(told.at(-1)).toBe(first.tried.length);
  expect(new Set(first.tried.map(({ op }) => op))).toEqual(
    new Set(["y = x Wᵀ", "dx = dy W", "dW = dyᵀ x", "attention", "LayerNorm", "y = GELU(x Wᵀ)", "dx = dy W ∘ GELU′"]),
  );
  const once = await runOn(workspace);
  await workspace.tune(plan);
  const twice = await runOn(workspace);
  const fresh = await opened({}, choices);
  const kept = await fresh.tune(plan);
  expect(kept).toEqual({ ...first, from: "kept", elapsedMs: 0 });
  const later = await runOn(fresh);
  for (const run of [twice, later]) expect(run?.steps).toEqual(once?.steps);
});

test("in mixed precision the layers' kernels are timed in f16, and those around them in f32", async () => {
  const workspace = await opened();
  const mixed = { ...plan, training: { ...plan.training, precision: "mixed" } };
  const { choice, tried } = await workspace.tune(mixed);
  const narrow = Object.keys(choice).filter((question) => question.endsWith(" f16"));
  // Pooler and classifier are no layers, and their factors are f32.
  const wide = Object.keys(choice).filter((question) => question.startsWith("matmul ") && !narrow.includes(question));
  expect(narrow.map((question) => question.split(" ")[0])).toEqual(expect.arrayContaining(["matmul", "attention"]));
  expect(wide.length).toBeGreaterThan(0);
  expect(tried.some(({ op }) => op === "attention, f16")).toBe(true);
  workspace.useKernels(choice);
  expect((await workspace.tune(mixed)).from).toBe("given");
  const { runs } = await new RunningExperiment(await workspace.experiment(mixed), new RunControl(), () => {}).run();
  expect(runs[0]?.status).toBe("completed");
});

test("who asks twice at once has the kernels timed once; other data end it", async () => {
  const workspace = await opened();
  const [first, second] = await Promise.all([workspace.tune(plan), workspace.tune(plan)]);
  expect(second).toBe(first);
  const another = await opened();
  const timing = refusalOf(another.tune(plan, () => void another.loadTable("dev", null)));
  expect((await timing).code).toBe("stopped");
});

test("portable kernels and given ones are taken as they are", async () => {
  const workspace = await opened();
  const { choice } = await workspace.tune(plan);
  workspace.useKernels("portable");
  expect(await workspace.tune(plan)).toMatchObject({ from: "portable", choice: {}, tried: [] });
  expect((await workspace.experiment(plan)).engine.choice).toEqual({});
  workspace.useKernels(choice);
  expect(await workspace.tune(plan)).toMatchObject({ from: "given", choice, tried: [] });
  expect((await workspace.experiment(plan)).engine.choice).toEqual(choice);
});

test("a given choice that this device cannot run, or not rightly, is refused or gives way to the fastest", async () => {
  const workspace = await opened({ miscompiled });
  const [question = ""] = Object.keys((await workspace.tune(plan)).choice).filter((key) => key.startsWith("matmul "));
  const cases: readonly (readonly [KernelSource, string, RegExp])[] = [
    [{ [question]: "warp7" }, "bad-settings", /^The kernels' choice names "warp7" for "matmul .*; there is no such one\./],
    [{ [question]: "block8x8" }, "device-error", /^"block8x8", given for "matmul .*", computes wrongly on this device: element/],
  ]; // prettier-ignore
  for (const [source, code, message] of cases) {
    workspace.useKernels(source);
    const refusal = await refusalOf(workspace.tune(plan));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(message);
    workspace.useKernels(source, { orAuto: true });
    const { from, note } = await workspace.tune(plan);
    expect(from).toBe("kept");
    expect(note).toMatch(message);
    expect(note).toMatch(/ The fastest kernels of this device are used in their place\.$/);
  }
});
