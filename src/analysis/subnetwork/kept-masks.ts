import type { MatrixRegion, MatrixView, SubnetworkRecord } from "../../contract/subnetwork.ts";
import { mostWeights } from "../../contract/schemas/subnetwork.ts";
import { fromBase64 } from "../../core/base64.ts";
import { selectionsIn } from "./movement.ts";

type Kept = Pick<SubnetworkRecord, "matrices" | "snapshots" | "masks">;

const note = "A result file keeps no scores and no drift of single weights.";

/**
 * A region of a matrix as a result keeps it: masks, and what follows from them; scores and drift are null. null where the
 * result has no masks of it, not of that cycle, or only a part of them, and for more weights than are shown at once.
 */
export function keptView(record: Kept, region: Omit<MatrixRegion, "run">): MatrixView | null {
  const kept = record.masks.find(({ matrix }) => matrix === region.matrix);
  const matrix = record.matrices.find(({ name }) => name === region.matrix);
  const size = (region.bottom - region.top) * (region.right - region.left);
  if (kept === undefined || matrix === undefined || size > mostWeights) return null;
  const byteCount = Math.ceil((matrix.rows * matrix.cols) / 8);
  const selections = selectionsIn(record.snapshots);
  const count = selections.findIndex(({ cycle }) => cycle === region.cycle) + 1;
  const all = kept.masks.slice(0, count).flatMap((text) => {
    const bits = fromBase64(text);
    return bits === null || bits.length < byteCount ? [] : [cut(bits, matrix.cols, region)];
  });
  const mask = all.at(-1);
  if (mask === undefined || all.length !== count) return null;
  const times = new Uint8Array(mask.length);
  for (const one of all) for (let i = 0; i < times.length; i++) times[i] = (times[i] ?? 0) + (one[i] ?? 0);
  return { mask, before: all.at(-2) ?? null, times, scores: null, drift: null, note };
}

/** The region's weights of a mask, 1 for a selected one. */
function cut(bits: Uint8Array, stride: number, { top, bottom, left, right }: Omit<MatrixRegion, "run">): Uint8Array {
  const cols = right - left;
  return Uint8Array.from({ length: (bottom - top) * cols }, (_, i) => {
    const weight = (top + Math.floor(i / cols)) * stride + left + (i % cols);
    return ((bits[weight >> 3] ?? 0) >> (weight & 7)) & 1;
  });
}
