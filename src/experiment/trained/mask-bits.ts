import type { MatrixRegion, WatchedMatrix } from "../../contract/subnetwork.ts";

/** Where a matrix's bits lie among those of all: words from `at`. */
export interface MaskPlace {
  readonly matrix: WatchedMatrix;
  readonly at: number;
  readonly wordCount: number;
}

/** The masks of all matrices lie one after another, each from a word of its own. */
export function maskPlaces(matrices: readonly WatchedMatrix[]): readonly MaskPlace[] {
  let at = 0;
  return matrices.map((matrix) => {
    const wordCount = Math.ceil((matrix.rows * matrix.cols) / 32);
    at += wordCount;
    return { matrix, at: at - wordCount, wordCount };
  });
}

/** A region of a matrix, 1 for a selected weight, rows one after another. */
export function bitsOfRegion(
  masks: Uint32Array,
  { matrix: { cols }, at }: MaskPlace,
  { top, bottom, left, right }: Pick<MatrixRegion, "top" | "bottom" | "left" | "right">,
): Uint8Array {
  const bits = new Uint8Array((bottom - top) * (right - left));
  let index = 0;
  for (let row = top; row < bottom; row++) {
    for (let weight = row * cols + left; weight < row * cols + right; weight++) {
      bits[index++] = ((masks[at + (weight >> 5)] ?? 0) >>> (weight & 31)) & 1;
    }
  }
  return bits;
}

/** The masks of a run, with where those of each matrix lie. */
export interface LaidMasks {
  readonly places: readonly MaskPlace[];
  readonly masks: Uint32Array;
}

/**
 * Jaccard index of two runs' masks over all matrices that both select from; null where there is none, or nothing is
 * selected.
 */
export function jaccardOf(one: LaidMasks, other: LaidMasks): number | null {
  const others = new Map(other.places.map((place) => [place.matrix.name, place]));
  let [both, either] = [0, 0];
  for (const { matrix, at, wordCount } of one.places) {
    const beside = others.get(matrix.name);
    if (beside === undefined) continue;
    for (let word = 0; word < wordCount; word++) {
      const [left, right] = [one.masks[at + word] ?? 0, other.masks[beside.at + word] ?? 0];
      both += onesIn(left & right);
      either += onesIn(left | right);
    }
  }
  return either === 0 ? null : both / either;
}

/** Bits of a word that are 1, summed in pairs, fours, and so on. */
function onesIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
