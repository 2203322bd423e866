import type { Tensor } from "../../gpu/tensor.ts";
import type { Scope } from "../scope.ts";

/** Columns of the results tensor, f32 [slots, 8], one slot a step or an evaluation. */
export const resultColumns = { loss: 0, gradNorm: 1, width: 8 } as const;

/**
 * A task loss: its value goes to results[slot, loss], its gradient by the logits comes back as the temporary "dlogits".
 *
 * The value is the mean over the batch, written over what was there; with `add` 1 it is the sum over the batch, added
 * to what is there, so that an evaluation can divide once at its end. The gradient is that of the mean in both.
 */
export type Loss = (s: Scope, logits: Tensor, labels: Tensor, results: Tensor, slot: number, add?: 0 | 1) => Tensor;
