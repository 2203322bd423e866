import { globals } from "webgpu";
import { expect, test } from "vitest";
import type { AskedRun } from "../../../src/experiment/kernels/kernel-timing.ts";
import {
  choiceKey,
  choicesInMemory,
  kernelsVersion,
  tunedEngine,
} from "../../../src/experiment/kernels/kernel-tuning.ts";
import { AppError } from "../../../src/core/errors.ts";
import { Pipelines } from "../../../src/gpu/pipelines.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { portableKernels } from "../../../src/nn/tuning/choice.ts";
import type { Engine } from "../../../src/train/engine.ts";
import { device as record } from "../../store/fake-records.ts";

// The gate names buffer usages before it asks for a buffer.
Object.assign(globalThis, globals);

const asksFor = (tokens: number): AskedRun => {
  const question = { op: "matmul", real: "f32", kind: "nt", sizes: { M: tokens, N: 64, K: 32 } } as const;
  return { asked: new Map([["matmul nt 64x32", { question, calls: 2 }]]), steps: 10 };
};

/** An engine whose device can be asked for its features and nothing else: timing on it fails. */
function idleEngine(): Engine {
  const refuse = (): never => {
    throw new AppError("bug", "It would be timed.");
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of the device may be used
  const gpu = { features: new Set(), createBuffer: refuse } as unknown as GPUDevice;
  const refusals = { check: refuse, answered: refuse, explain: refuse, destroy: refuse };
  const device: Device = { gpu, record, lost: new Promise<string>(() => {}), ...refusals };
  return { device, pipelines: new Pipelines(device), kernels: portableKernels, choice: {}, profiler: null };
}

async function withKept(choice: Readonly<Record<string, string>>) {
  const engine = idleEngine();
  const run = asksFor(128);
  const store = choicesInMemory();
  await store.write(choiceKey(record, run.asked), { choice, tried: [] });
  return await tunedEngine(engine, run, store);
}

test("what is kept for the shapes is taken, and nothing is timed", async () => {
  const { engine, kernels } = await withKept({ "matmul nt 64x32": "block8x8" });
  expect(kernels).toEqual({
    from: "kept",
    choice: { "matmul nt 64x32": "block8x8" },
    tried: [],
    elapsedMs: 0,
    note: null,
  });
  expect(engine.choice).toEqual(kernels.choice);
});

test.each([
  ["names a kernel that there is no more", { "matmul nt 64x32": "gone" }],
  ["needs subgroups that the device lacks", { "matmul nt 64x32": "subgroup32x4" }],
  ["does not answer what is asked", { "matmul nn 64x32": "tiled" }],
])("what is kept is passed over where it %s", async (_, choice) => {
  await expect(withKept(choice)).rejects.toThrow("It would be timed.");
});

test("a choice is kept by adapter, driver, version of the kernels, and sizes to the next power of two", () => {
  const { asked } = asksFor(100);
  const key = choiceKey(record, asked);
  expect(choiceKey(record, asksFor(128).asked)).toBe(key);
  expect(choiceKey(record, asksFor(129).asked)).not.toBe(key);
  expect(choiceKey({ ...record, description: "Another driver" }, asked)).not.toBe(key);
  expect(choiceKey({ ...record, architecture: "another" }, asked)).not.toBe(key);
  expect(choiceKey({ ...record, features: ["subgroups"] }, asked)).not.toBe(key);
  expect(choiceKey(record, asked, 1)).not.toBe(key);
  expect(key).toMatch(/^[0-9a-f]+-[0-9a-f]+-[0-9a-f]+$/);
});

test("the version of the kernels changes with any name or text, and not with a comment", () => {
  const kernels = [
    { name: "one", wgsl: "fn main() { let a = 1; }" },
    { name: "two", wgsl: "fn main() { let b = 2; }" },
  ];
  const version = kernelsVersion(kernels);
  const altered = (from: string, to: string) =>
    kernelsVersion(kernels.map(({ name, wgsl }) => ({ name, wgsl: wgsl.replace(from, to) })));
  expect(altered("{ let b", "{ // What b is.\n  let b")).toBe(version);
  expect(altered("b = 2", "b = 3")).not.toBe(version);
  expect(kernelsVersion(kernels.map(({ wgsl }, index) => ({ name: `kernel ${index}`, wgsl })))).not.toBe(version);
  expect(kernelsVersion(kernels.slice(1))).not.toBe(version);
});
