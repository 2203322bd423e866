import { makeBatch } from "../../data/dataset/batch.ts";
import type { EncodedSplit } from "../../data/dataset/batch.ts";
import { loadInputs } from "../../nn/inputs.ts";
import type { LossPlace } from "../../nn/losses/loss.ts";
import type { ParamSet } from "../../nn/params.ts";
import { partScope } from "../../nn/scope.ts";
import type { Scope } from "../../nn/scope.ts";
import type { DeviceRun } from "../device-run.ts";
import type { Assembly } from "./assembly.ts";
import { recordGradients } from "./step.ts";

/** A step's batch: rows of the training split by the parts in which they are computed, and where its loss goes. */
interface StepBatch extends LossPlace {
  readonly train: EncodedSplit;
  readonly rows: readonly Uint32Array[];
}

/** Records the gradients of a step's whole batch, and submits those of all parts but the last. */
export async function recordBatch(
  run: DeviceRun,
  parts: Assembly,
  s: Scope,
  weights: ParamSet,
  { train, rows, results, slot }: StepBatch,
): Promise<void> {
  const whole = Uint32Array.from(rows.flatMap((part) => [...part]));
  for (const [index, part] of rows.entries()) {
    // Its inputs take the place of the last part's.
    if (index > 0) await run.submit();
    const inputs = loadInputs(run.engine.device, run.mem, makeBatch(train, part), parts.model.tokens);
    const share = parts.shareOf(part, whole);
    recordGradients(parts, partScope(s, index), weights, inputs, { results, slot, index, share });
  }
}
