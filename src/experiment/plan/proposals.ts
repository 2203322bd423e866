import type { MemoryProposal } from "../../contract/sources/presets.ts";
import type { ShapeRequest } from "../../train/finetuning/assembly.ts";
import { planOnDevice, type PlanningEngine } from "../../train/finetuning/plan.ts";
import type { TrainingSettings } from "../../train/finetuning/settings.ts";

/** Bytes that a proposal must save to be worth a choice. */
const worthwhile = 2 ** 28;

/** Into how many parts a batch is cut. */
const parts = 4;

/** Settings that train the same in other memory. */
function savings({ recompute, batchSize, accumulate }: TrainingSettings): readonly Partial<TrainingSettings>[] {
  const again = recompute === "none" ? [{ recompute: "layers" } as const] : [];
  const cut = batchSize % parts === 0 ? [{ batchSize: batchSize / parts, accumulate: accumulate * parts }] : [];
  return [...again, ...cut];
}

/**
 * Settings under which a run that takes `totalBytes` trains the same in less: recomputation gives the same bits,
 * accumulation the same update but for rounding and the draws of dropout. Both together where they save more than either.
 */
export function proposalsFor(
  request: ShapeRequest,
  engine: PlanningEngine,
  totalBytes: number,
): readonly MemoryProposal[] {
  const single = savings(request.settings).map((training) => proposalOf(request, engine, training));
  const found = single.filter((proposal) => totalBytes - proposal.totalBytes >= worthwhile);
  if (found.length < 2) return found;
  const training = Object.assign({}, ...found.map((proposal) => proposal.training));
  const both = proposalOf(request, engine, training);
  const least = Math.min(...found.map((proposal) => proposal.totalBytes));
  return least - both.totalBytes >= worthwhile ? [...found, both] : found;
}

function proposalOf(
  request: ShapeRequest,
  engine: PlanningEngine,
  training: Partial<TrainingSettings>,
): MemoryProposal {
  const { plan, problem } = planOnDevice({ ...request, settings: { ...request.settings, ...training } }, engine);
  return { training, totalBytes: plan.totalBytes, problem };
}
