import type { PretrainingBatch } from "../data/text/pretraining-batch.ts";
import type { Arena } from "../gpu/arena.ts";
import type { Device } from "../gpu/device.ts";
import { upload } from "../gpu/readback.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { loadInputs, plainTokens, reserveInputs } from "./inputs.ts";
import type { InputLimits, Inputs } from "./inputs.ts";

/** A packed batch some of whose tokens are to be guessed. All tensors u32. */
export interface PretrainingInputs {
  /** With the masked ids. */
  readonly masked: Inputs;
  /** [chosen]: places of the tokens to guess, which differ; what stood there. */
  readonly chosen: Tensor;
  readonly originals: Tensor;
  /** [sequences]: 0 where the second half follows the first, else 1. */
  readonly next: Tensor;
}

/** The largest batch of a pre-training run. */
export interface PretrainingLimits extends InputLimits {
  readonly chosenCount: number;
}

/** Views of the input buffers for a batch of the given sizes; the same buffers every step. */
export function reservePretrainingInputs(mem: Arena, limits: PretrainingLimits): PretrainingInputs {
  return views(mem, reserveInputs(mem, limits, plainTokens), limits.chosenCount);
}

function views(mem: Arena, masked: Inputs, chosenCount: number): PretrainingInputs {
  const words = (label: string, count: number): Tensor => mem.tensor("inputs", label, [count], "u32");
  return {
    masked,
    chosen: words("chosen", chosenCount),
    originals: words("originals", chosenCount),
    next: words("next", masked.sequenceCount),
  };
}

/** Writes a batch into the input buffers; ordered before whatever is submitted next. */
export function loadPretrainingInputs(device: Device, mem: Arena, batch: PretrainingBatch): PretrainingInputs {
  const inputs = views(mem, loadInputs(device, mem, batch, plainTokens), batch.chosen.length);
  upload(device, inputs.chosen, batch.chosen);
  upload(device, inputs.originals, batch.originals);
  upload(device, inputs.next, Uint32Array.from(batch.nextLabels));
  return inputs;
}
