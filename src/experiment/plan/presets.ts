import { rowsPerStepOf } from "../../contract/recipe.ts";
import type { PresetMemory } from "../../contract/sources/presets.ts";
import { modelOf, modelPresets } from "../../nn/families/index.ts";
import { planOnDevice, type PlanningEngine } from "../../train/finetuning/plan.ts";
import type { CheckedPlan } from "./checked-plan.ts";
import { fullRows } from "./full-rows.ts";
import type { RowsAtHand } from "./full-rows.ts";
import { proposalsFor } from "./proposals.ts";

/**
 * The memory that a run of each preset would take: of the plan's methods the one that takes most, recorded without
 * weights, and with what it would take less. Without rows, every row is taken to be as long as the settings allow, which
 * no data exceed.
 *
 * Errors: bad-settings, from a method.
 */
export function planPresets(
  { methods, plan, settings }: CheckedPlan,
  rows: RowsAtHand | null,
  engine: PlanningEngine,
): readonly PresetMemory[] {
  const { task, labels, train, dev, transfers } = rows ?? fullRows(rowsPerStepOf(settings), settings.maxLength);
  const seed = plan.seeds[0] ?? 0;
  return modelPresets().flatMap(({ id, config }): PresetMemory[] => {
    const checkpoint = { model: modelOf(config) };
    const planned = methods.map(({ method, values }) => {
      const request = { checkpoint, task, labels, train, dev, transfers, method, values, seed, settings };
      const { plan: memory, problem } = planOnDevice(request, engine);
      return { request, totalBytes: memory.totalBytes, problem };
    });
    const [most] = planned.toSorted((one, other) => other.totalBytes - one.totalBytes);
    if (most === undefined) return [];
    const { request, totalBytes } = most;
    return [
      {
        id,
        totalBytes,
        method: request.method.id,
        proposals: proposalsFor(request, engine, totalBytes),
        upperBound: rows === null,
        problem: planned.find(({ problem }) => problem !== null)?.problem ?? null,
      },
    ];
  });
}
