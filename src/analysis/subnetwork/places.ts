import type { MatrixPart, PlaceRecord, WatchedMatrix } from "../../contract/subnetwork.ts";
import { mostBins } from "../../contract/schemas/subnetwork.ts";
import { binOf, headParts, placedLayers } from "./cells.ts";

/** Selected weights of a matrix by row [rows] and by column [cols]. */
export interface MatrixCounts {
  readonly rows: ArrayLike<number>;
  readonly cols: ArrayLike<number>;
}

/**
 * Where the selected weights of every encoder layer sit. `counts`: of each matrix, in the order of `matrices`. Index i of
 * n falls into bin floor(i · bins / n) of min(n, 128); head h of H has the rows from h · n / H on.
 */
export function placesOf(
  matrices: readonly WatchedMatrix[],
  headCount: number,
  counts: readonly MatrixCounts[],
): readonly PlaceRecord[] {
  return placedLayers({ matrices }).map((layer) => {
    const heads = Array.from({ length: headCount * headParts.length }, () => 0);
    let neurons: number[] = [];
    let dims: number[] = [];
    for (const [index, matrix] of matrices.entries()) {
      const { part } = matrix;
      const found = counts[index];
      if (matrix.layer !== layer || part === null || found === undefined) continue;
      const { ofLayer, ofModel } = sidesOf(part, found);
      const place = headParts.findIndex((one) => one === part);
      if (place >= 0) {
        binned(ofLayer, headCount).forEach((count, head) => {
          heads[head * headParts.length + place] = count;
        });
      } else neurons = sumOf(neurons, binned(ofLayer));
      dims = sumOf(dims, binned(ofModel));
    }
    return { layer, heads, neurons, dims };
  });
}

/** The side of a matrix that lies within its layer (heads, neurons), and the one on the residual stream. */
function sidesOf(part: MatrixPart, { rows, cols }: MatrixCounts) {
  return part === "context" || part === "contract"
    ? { ofLayer: cols, ofModel: rows }
    : { ofLayer: rows, ofModel: cols };
}

function binned(counts: ArrayLike<number>, bins = Math.min(counts.length, mostBins)): readonly number[] {
  const sums = Array.from({ length: bins }, () => 0);
  for (let index = 0; index < counts.length; index++) {
    const bin = binOf(index, counts.length, bins);
    sums[bin] = (sums[bin] ?? 0) + (counts[index] ?? 0);
  }
  return sums;
}

function sumOf(left: readonly number[], right: readonly number[]): number[] {
  return right.map((count, bin) => count + (left[bin] ?? 0));
}
