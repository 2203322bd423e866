import type { PretrainingBatch } from "../data/pretraining.ts";
import type { Arena } from "../gpu/arena.ts";
import type { Device } from "../gpu/device.ts";
import { upload } from "../gpu/readback.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { groupByRow, loadInputs, reserveInputs } from "./inputs.ts";
import type { Gather, InputLimits, Inputs } from "./inputs.ts";

/** A packed batch some of whose tokens are to be guessed. All tensors u32. */
export interface PretrainingInputs {
  /** With the masked ids. */
  readonly masked: Inputs;
  /** [chosen]: places of the tokens to guess, which differ; what stood there. */
  readonly chosen: Tensor;
  readonly originals: Tensor;
  /** [sequences]: 0 where the second half follows the first, else 1. */
  readonly next: Tensor;
  /** All tokens but the chosen ones, by word. */
  readonly unchanged: Gather;
}

/** The largest batch of a pre-training run. */
export interface PretrainingLimits extends InputLimits {
  readonly chosenCount: number;
}

/** Views of the input buffers for a batch of the given sizes; the same buffers every step. */
export function reservePretrainingInputs(mem: Arena, limits: PretrainingLimits): PretrainingInputs {
  return views(mem, reserveInputs(mem, limits), limits.chosenCount, limits.tokenCount);
}

function views(mem: Arena, masked: Inputs, chosenCount: number, unchangedRows: number): PretrainingInputs {
  const words = (label: string, count: number): Tensor => mem.tensor("inputs", label, [count], "u32");
  return {
    masked,
    chosen: words("chosen", chosenCount),
    originals: words("originals", chosenCount),
    next: words("next", masked.sequenceCount),
    unchanged: {
      rowCount: unchangedRows,
      rows: words("unchanged rows", unchangedRows),
      starts: words("unchanged starts", unchangedRows + 1),
      tokens: words("unchanged tokens", masked.tokenCount),
    },
  };
}

/** Writes a batch into the input buffers; ordered before whatever is submitted next. */
export function loadPretrainingInputs(device: Device, mem: Arena, batch: PretrainingBatch): PretrainingInputs {
  const kept = unchangedTokens(batch);
  const groups = groupByRow(kept.map((token) => batch.ids[token] ?? 0));
  const inputs = views(mem, loadInputs(device, mem, batch), batch.chosen.length, groups.rows.length);
  upload(device, inputs.chosen, batch.chosen);
  upload(device, inputs.originals, batch.originals);
  upload(device, inputs.next, Uint32Array.from(batch.nextLabels));
  upload(device, inputs.unchanged.rows, groups.rows);
  upload(device, inputs.unchanged.starts, groups.starts);
  upload(
    device,
    inputs.unchanged.tokens,
    groups.tokens.map((place) => kept[place] ?? 0),
  );
  return inputs;
}

/** Tokens that are not chosen, ascending. */
function unchangedTokens({ tokenCount, chosen }: PretrainingBatch): Uint32Array {
  const guessed = new Uint8Array(tokenCount);
  for (const place of chosen) guessed[place] = 1;
  return Uint32Array.from({ length: tokenCount }, (_, token) => token).filter((token) => guessed[token] === 0);
}
