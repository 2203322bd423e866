import type { PresetMemory } from "../../contract/sources/presets.ts";
import { modelOf, modelPresets } from "../../nn/families/index.ts";
import type { Engine } from "../../train/engine.ts";
import type { ShapeRequest } from "../../train/finetuning/assembly.ts";
import { planOnDevice } from "../../train/finetuning/plan.ts";
import type { CheckedPlan } from "./checked-plan.ts";
import { rowsPerStep } from "../../train/finetuning/settings.ts";
import { fullRows } from "./full-rows.ts";
import type { RowsAtHand } from "./full-rows.ts";

/**
 * The memory that a run of each preset would take: of the plan's methods the one that takes most, recorded without
 * weights. Without rows, every row is taken to be as long as the settings allow, which no data exceed.
 *
 * Errors: bad-settings, from a method.
 */
export function planPresets(
  { methods, plan, settings }: CheckedPlan,
  rows: RowsAtHand | null,
  engine: Pick<Engine, "device" | "kernels">,
): readonly PresetMemory[] {
  const { task, labels, train, dev, transfers } = rows ?? fullRows(rowsPerStep(settings), settings.maxLength);
  const seed = plan.seeds[0] ?? 0;
  return modelPresets().map(({ id, config }): PresetMemory => {
    const checkpoint = { model: modelOf(config) };
    const planned = methods.map(({ method, values }) => {
      const request: ShapeRequest = {
        checkpoint,
        task,
        labels,
        train,
        dev,
        transfers,
        method,
        values,
        seed,
        settings,
      };
      const { plan: memory, problem } = planOnDevice(request, engine);
      return { bytes: memory.totalBytes, problem };
    });
    return {
      id,
      totalBytes: Math.max(...planned.map(({ bytes }) => bytes)),
      upperBound: rows === null,
      problem: planned.find(({ problem }) => problem !== null)?.problem ?? null,
    };
  });
}
