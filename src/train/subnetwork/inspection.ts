import type { Device } from "../../gpu/device.ts";
import { download } from "../../gpu/readback.ts";
import type { MethodRun } from "../../methods/method.ts";
import type { ParamSet } from "../../nn/params.ts";

/** Rows of a matrix, one after another. */
export interface InspectedRows {
  /** What the last selection was made by; null where nothing is selected by scores, or they have changed since. */
  readonly scores: Float32Array | null;
  /** |W − W0| */
  readonly drift: Float32Array;
}

/** Rows `top` to `bottom`, end not included, after a step. */
export interface RowsAt {
  readonly matrix: string;
  readonly top: number;
  readonly bottom: number;
  readonly step: number;
}

/**
 * Reads rows of a matrix back, between two steps and without holding the device up. initial: W0 of the matrix. Errors:
 * device-lost, device-error.
 */
export async function inspectRows(
  device: Device,
  { method, params }: { readonly method: MethodRun; readonly params: ParamSet },
  initial: Float32Array,
  { matrix, top, bottom, step }: RowsAt,
): Promise<InspectedRows> {
  const { value, spec } = params.of(matrix);
  const [, cols = 1] = spec.shape;
  const part = { from: top * cols, count: (bottom - top) * cols };
  const chosen = method.selections?.matrices.find(({ param }) => param.spec.name === matrix);
  // Stage I gathers the scores of the next selection.
  const holds = chosen !== undefined && method.stage(step) !== 1;
  const [weights, scores] = await Promise.all([
    download(device, value, part),
    holds ? download(device, chosen.scores, part) : null,
  ]);
  const drift = weights.map((weight, index) => Math.abs(weight - (initial[part.from + index] ?? 0)));
  return { scores, drift };
}
