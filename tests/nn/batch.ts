import type { Batch } from "../../src/data/dataset/batch.ts";
import { loadInputs, plainTokens } from "../../src/nn/inputs.ts";
import type { Inputs } from "../../src/nn/inputs.ts";
import type { Bench } from "../gpu/device.ts";

/** A packed batch with sequences of the given lengths, its word ids drawn by `idOf` and its second halves of type 1. */
export function batchOf(lengths: readonly number[], idOf: (token: number) => number): Batch {
  const ids: number[] = [];
  const positions: number[] = [];
  const types: number[] = [];
  const offsets = [0];
  for (const length of lengths) {
    for (let position = 0; position < length; position++) {
      positions.push(position);
      types.push(position * 2 >= length ? 1 : 0);
      ids.push(idOf(ids.length));
    }
    offsets.push(ids.length);
  }
  return {
    tokenCount: ids.length,
    sequenceCount: lengths.length,
    ids: Uint32Array.from(ids),
    positions: Uint32Array.from(positions),
    types: Uint32Array.from(types),
    offsets: Uint32Array.from(offsets),
    labels: new Float32Array(lengths.length),
    longest: Math.max(...lengths),
    rows: Uint32Array.from(lengths, (_, index) => index),
  };
}

/** The batch on the device. */
export function inputsOf(b: Bench, batch: Batch): Inputs {
  return loadInputs(b.device, b.scope().mem, batch, plainTokens);
}
