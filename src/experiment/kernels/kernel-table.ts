import type { KernelsRecord } from "../../contract/engine/kernels.ts";
import type { DeviceRecord } from "../../contract/run.ts";
import { modelOf } from "../../nn/families/index.ts";
import { askedBy } from "../../train/finetuning/plan.ts";
import { choicesInMemory, tunedEngine, type TuningProgress } from "./kernel-tuning.ts";
import { checkPlanSettings } from "../plan/checked-plan.ts";
import { fullRows } from "../plan/full-rows.ts";
import { Workspace } from "../workspace.ts";

/** Batches of so many rows of so many tokens. */
export const tableBatch = { rows: 16, tokens: 64 } as const;

/** Long enough to try every kernel: who asks for the table waits for it. */
const budgetMs = 60_000;

/**
 * Times every kernel on what fine-tuning a model asks, in batches of tableBatch, and keeps nothing. `config`: its
 * config.json. Errors: bad-config, no-webgpu, device-error, device-lost.
 */
export async function timeKernels(
  gpu: GPU,
  config: unknown,
  progress: TuningProgress,
): Promise<{ readonly device: DeviceRecord; readonly kernels: KernelsRecord }> {
  const checkpoint = { model: modelOf(config) };
  const { rows: batchSize, tokens: maxLength } = tableBatch;
  const plan = { methods: [{ id: "vanilla", values: {} }], seeds: [1], grid: [], order: "sequential" as const };
  const { runs } = checkPlanSettings({ ...plan, training: { batchSize, maxLength } });
  const [run] = runs;
  const engine = await new Workspace(gpu).engine();
  try {
    const request = run === undefined ? null : { checkpoint, ...fullRows(batchSize, maxLength), ...run };
    const asked = request === null ? { asked: new Map(), steps: 0 } : askedBy(request);
    const { kernels } = await tunedEngine(engine, asked, choicesInMemory(), { progress, budgetMs });
    return { device: engine.device.record, kernels };
  } finally {
    engine.device.destroy();
  }
}
