import type { MemoryProposal } from "../../contract/sources/presets.ts";
import type { ShapeRequest } from "../../train/finetuning/assembly.ts";
import { planOnDevice, type PlanningEngine } from "../../train/finetuning/plan.ts";
import type { TrainingSettings } from "../../train/finetuning/settings.ts";

/** Bytes that a proposal must save to be worth a choice. */
const worthwhile = 2 ** 28;

/** Into how many parts a batch is cut. */
const parts = 4;

/** Settings that train the same in other memory, or in numbers of 16 bits where the device has them. */
function savings(
  { precision, recompute, batchSize, accumulate }: TrainingSettings,
  features: readonly string[],
): readonly Partial<TrainingSettings>[] {
  const half = precision === "f32" && features.includes("shader-f16") ? [{ precision: "mixed" } as const] : [];
  const again = recompute === "none" ? [{ recompute: "layers" } as const] : [];
  const cut = batchSize % parts === 0 ? [{ batchSize: batchSize / parts, accumulate: accumulate * parts }] : [];
  return [...half, ...again, ...cut];
}

/**
 * Settings under which a run that takes `totalBytes` fits the device and trains the same in less: recomputation gives the
 * same bits, accumulation the same update but for rounding and the draws of dropout, mixed precision what 16 bits hold of it.
 * All together where they save more than each.
 */
export function proposalsFor(
  request: ShapeRequest,
  engine: PlanningEngine,
  totalBytes: number,
): readonly MemoryProposal[] {
  const taking = (training: Partial<TrainingSettings>, mostBytes: number): readonly MemoryProposal[] => {
    const { plan, problem } = planOnDevice({ ...request, settings: { ...request.settings, ...training } }, engine);
    const { totalBytes: bytes } = plan;
    return problem === null && bytes <= mostBytes - worthwhile ? [{ training, totalBytes: bytes }] : [];
  };
  const single = savings(request.settings, engine.device.record.features);
  const found = single.flatMap((training) => taking(training, totalBytes));
  if (single.length < 2) return found;
  const least = Math.min(totalBytes, ...found.map((proposal) => proposal.totalBytes));
  return [...found, ...taking(Object.assign({}, ...single), least)];
}
