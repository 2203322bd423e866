import { globals } from "webgpu";
import { describe, expect, test } from "vitest";
import { portableKernels } from "../../../src/nn/tuning/choice.ts";
import { defaultValues } from "../../../src/contract/fields.ts";
import type { DeviceRecord } from "../../../src/contract/run.ts";
import { catalog } from "../../../src/experiment/catalog.ts";
import { checkPlanSettings } from "../../../src/experiment/plan/checked-plan.ts";
import type { CheckedPlan } from "../../../src/experiment/plan/checked-plan.ts";
import { planPresets } from "../../../src/experiment/plan/presets.ts";
import type { RowsAtHand } from "../../../src/experiment/plan/full-rows.ts";
import { taskOf } from "../../../src/data/dataset/recognise.ts";
import type { Values } from "../../../src/contract/fields.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { methods } from "../../../src/methods/index.ts";

/** A device that is only asked for its limits. */
function engineWith(maxBindingBytes: number) {
  const record: DeviceRecord = {
    vendor: "",
    architecture: "",
    description: "",
    software: true,
    features: [],
    maxBufferBytes: maxBindingBytes,
    maxBindingBytes,
  };
  const refuse = (): never => {
    throw new Error("A plan needs no device.");
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing of the device but its record may be used
  const gpu = new Proxy({}, { get: refuse }) as GPUDevice;
  const refusals = { check: refuse, answered: refuse, explain: refuse, destroy: refuse };
  const device: Device = { gpu, record, lost: new Promise<string>(() => {}), ...refusals };
  return { device, kernels: portableKernels } as const;
}

function planOf(ids: readonly string[], training: Values = {}): CheckedPlan {
  const chosen = methods.filter(({ id }) => ids.includes(id));
  return checkPlanSettings({
    methods: chosen.map(({ id, fields }) => ({ id, values: defaultValues(fields) })),
    seeds: [1],
    grid: [],
    order: "sequential" as const,
    training,
  });
}

// The planner names buffer usages; a device it needs not.
Object.assign(globalThis, globals);

const roomy = engineWith(2 ** 31);
const totals = (plan: CheckedPlan, rows: RowsAtHand | null = null): readonly number[] =>
  planPresets(plan, rows, roomy).map(({ totalBytes }) => totalBytes);

describe("presets", () => {
  test("take at least weight, gradient and two moments, and more with longer inputs", () => {
    const short = totals(planOf(["vanilla"], { maxLength: 32 }));
    const long = totals(planOf(["vanilla"], { maxLength: 128 }));
    for (const [index, { parameterCount }] of catalog().presets.entries()) {
      expect(short[index]).toBeGreaterThan(16 * parameterCount);
      expect(long[index]).toBeGreaterThan(short[index] ?? Number.NaN);
    }
  });

  test("are planned with the method that takes most", () => {
    const vanilla = totals(planOf(["vanilla"]));
    const mix = totals(planOf(["dps-mix"]));
    const both = totals(planOf(["vanilla", "dps-mix"]));
    expect(both).toEqual(mix);
    expect(both[0]).toBeGreaterThan(vanilla[0] ?? Number.NaN);
  });

  test("take less with the rows at hand than with rows as long as allowed", () => {
    const count = 640;
    const split = {
      count,
      ids: new Uint32Array(count * 20),
      types: new Uint8Array(count * 20),
      offsets: Uint32Array.from({ length: count + 1 }, (_, row) => row * 20),
      labels: new Float32Array(count),
      truncatedCount: 0,
    };
    const rows = { task: taskOf("pair"), labels: ["a", "b"], train: split, dev: split, transfers: [] };
    const plan = planOf(["vanilla"], { maxLength: 64 });
    const [known] = planPresets(plan, rows, roomy);
    const [bound] = planPresets(plan, null, roomy);
    expect([known?.upperBound, bound?.upperBound]).toEqual([false, true]);
    expect(known?.totalBytes).toBeLessThan(bound?.totalBytes ?? Number.NaN);
    // As long as allowed is what the bound stands for.
    const full = { ...split, offsets: split.offsets.map((offset) => (offset / 20) * 64) };
    const [longest] = planPresets(plan, { ...rows, train: full, dev: full }, roomy);
    const devBytes = 4 * 2 * (200 * 16 - count);
    expect((bound?.totalBytes ?? 0) - (longest?.totalBytes ?? 0)).toBe(devBytes);
  });

  test("are told with what takes less, by at least 256 MiB, and what that takes is what it says", () => {
    const large = (training: Values) =>
      planPresets(planOf(["vanilla", "dps-mix"], training), null, roomy).find(({ id }) => id.includes("bert-large"));
    const found = large({});
    expect([found?.method, found?.proposals.map(({ training }) => training)]).toEqual([
      "dps-mix",
      [{ recompute: "layers" }, { batchSize: 4, accumulate: 4 }, { recompute: "layers", batchSize: 4, accumulate: 4 }],
    ]);
    let least = (found?.totalBytes ?? Number.NaN) - 2 ** 28;
    for (const { training, totalBytes } of found?.proposals ?? []) {
      expect(totalBytes).toBe(large(training)?.totalBytes);
      expect(totalBytes).toBeLessThan(least);
      if (training["accumulate"] === undefined) continue;
      least = Math.min(...(found?.proposals.slice(0, 2).map((one) => one.totalBytes) ?? [])) - 2 ** 28;
    }
    // What is set is not proposed again, and a batch that has no quarter is not cut.
    expect(large({ recompute: "layers", batchSize: 6 })?.proposals).toEqual([]);
    const [tiny] = planPresets(planOf(["vanilla"]), null, roomy);
    expect(tiny?.proposals).toEqual([]);
  });

  test("propose mixed precision where the device has it, by itself and with all else", () => {
    const narrow = { ...roomy, device: { record: { ...roomy.device.record, features: ["shader-f16"] } } };
    const large = planPresets(planOf(["vanilla"]), null, narrow).find(({ id }) => id.includes("bert-large"));
    const [half, again, cut] = [{ precision: "mixed" }, { recompute: "layers" }, { batchSize: 4, accumulate: 4 }];
    expect(large?.proposals.map(({ training }) => training)).toEqual([half, again, cut, { ...half, ...again, ...cut }]);
    const [mixed] = large?.proposals ?? [];
    const chosen = planPresets(planOf(["vanilla"], half), null, narrow).find(({ id }) => id.includes("bert-large"));
    expect(chosen?.totalBytes).toBe(mixed?.totalBytes);
    expect(chosen?.proposals.some(({ training }) => training["precision"] !== undefined)).toBe(false);
  });

  test("propose nothing that the device cannot hold", () => {
    // What is 3,072 wide takes 24 MiB of 2,048 tokens, and a quarter of it in four parts.
    const base = planPresets(planOf(["vanilla"]), null, engineWith(20 * 2 ** 20)).find(({ id }) =>
      id.endsWith("/bert-base-uncased"),
    );
    expect(base?.problem).toContain("this device allows 20.0 MiB a buffer");
    const cut = { batchSize: 4, accumulate: 4 };
    expect(base?.proposals.map(({ training }) => training)).toEqual([cut, { ...cut, recompute: "layers" }]);
  });

  test("say where a device is too small for them, but for tables of words, which are cut", () => {
    const problemsAt = (mebibytes: number) =>
      planPresets(planOf(["vanilla"]), null, engineWith(mebibytes * 2 ** 20)).map(({ problem }) => problem);
    // RoBERTa's table of 147 MiB is the largest of them.
    expect(new Set(problemsAt(128))).toEqual(new Set([null]));
    const problems = problemsAt(24);
    expect(problems.slice(0, 4)).toEqual([null, null, null, null]);
    expect(problems.at(-1)).toContain("this device allows 24.0 MiB a buffer");
  });
});
