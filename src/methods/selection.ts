import { sizeOf } from "../core/shape.ts";
import type { Arena } from "../gpu/arena.ts";
import { defineKernel } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { maskGrid } from "../nn/ops/element-grid.ts";
import type { Param } from "../nn/params.ts";
import type { Scope } from "../nn/scope.ts";
import { findRank, reserveRadix } from "./radix-select.ts";
import type { SelectedMatrix, Selections } from "./method.ts";
import type { Stages } from "./stages.ts";
import maskSource from "../../shaders/select_mask.wgsl?raw";
import thresholdSource from "../../shaders/select_threshold.wgsl?raw";

/** Opens a row of statistics with the K-th largest score. */
export const selectThresholdKernel = defineKernel({
  name: "select_threshold",
  wgsl: thresholdSource,
  bindings: { sorted: "read", stats: "read_write" },
  uniforms: { index: "u32", at: "u32" },
});

/** Compares every score with the threshold and counts. */
export const selectMaskKernel = defineKernel({
  name: "select_mask",
  wgsl: maskSource,
  bindings: { scores: "read", mask: "read_write", stats: "read_write" },
  uniforms: { count: "u32", at: "u32" },
});

/** u32 words in a row of Selections.stats. */
export const statWords = 8;
/** From this size on a matrix is sent to the device by itself, so that no single submit takes long. */
const submitSize = 2 ** 18;

/** K: how many of N elements a selection keeps where no scores tie, as Python's math.ceil(N * (1 - p)) in float64. */
export function rankOf(size: number, frozenShare: number): number {
  return Math.ceil(size * (1 - frozenShare));
}

/** A matrix to select from and where its mask goes. */
export type Selectable = Pick<SelectedMatrix, "scores" | "mask">;

/** Where a matrix's mask starts as all zeros. Purpose: method. */
export function reserveMask(mem: Arena, { spec }: Param): Tensor {
  return mem.tensor("method", `mask ${spec.name}`, [Math.ceil(sizeOf(spec.shape) / 32)], "u32");
}

/** Reserves what all matrices of a run share. */
export function reserveSelections(
  mem: Arena,
  stages: Stages,
  matrices: readonly SelectedMatrix[],
  frozenShare: number,
): Selections {
  reserveRadix(mem);
  return {
    stats: mem.tensor("method", "selections", [stages.cycleCount, matrices.length, statWords], "u32"),
    matrices,
    share: 1 - frozenShare,
    stepOf: stages.selectionStep,
  };
}

/** Where the score of rank `rank` (from 0, ascending) stands: the bits at `index` of `sorted`. */
export type RankFinder = (
  s: Scope,
  scores: Tensor,
  rank: number,
) => { readonly sorted: Tensor; readonly index: number };

/** By radix selection, which reads the scores four times; a sort goes over them many times, for the same threshold. */
const byRadix: RankFinder = (s, scores, rank) => ({ sorted: findRank(s, [scores], rank), index: 0 });

/**
 * Selects the top share of a matrix on the device, with no readback: mask = scores >= the K-th largest, so ties keep
 * more and an all-zero matrix keeps everything. The mask's former bits are what the overlap is counted against.
 *
 * scores: f32 of any shape, not negative; mask [ceil(N / 32)]; stats [rows, 8] as in Selections, `row` to be written.
 * Source: DPS (Zhang et al. 2022), equation 6, with the rank and ">=" of its code.
 */
export function selectTop(
  s: Scope,
  { scores, mask }: Selectable,
  frozenShare: number,
  stats: Tensor,
  row: number,
  find = byRadix,
): void {
  const count = sizeOf(scores.shape);
  const at = row * statWords;
  const { sorted, index } = find(s, scores, count - rankOf(count, frozenShare));
  s.rec.run(selectThresholdKernel, { sorted, stats }, { index, at }, [1, 1, 1]);
  maskAbove(s, { scores, mask }, stats, at);
}

/** mask = scores >= the threshold that stands in the row of statistics at `at`, and the counts beside it. */
function maskAbove(s: Scope, { scores, mask }: Selectable, stats: Tensor, at: number): void {
  const count = sizeOf(scores.shape);
  s.rec.run(selectMaskKernel, { scores, mask, stats }, { count, at }, maskGrid(count));
}

/**
 * Where a percentile of N scores lies in ascending order, from 0: the first whose score is not below it, with NumPy's
 * linear interpolation between neighbours. A share of 1 keeps all.
 */
export function percentileRank(size: number, keptShare: number): number {
  return Math.ceil((size - 1) * (((1 - keptShare) * 100) / 100));
}

/** Of so many elements in all, those that a selection by percentile keeps where no scores tie. */
export function keptAcross(size: number, share: number): number {
  return size - percentileRank(size, share);
}

/** Reserves what one selection over all the given matrices needs, made before step 1. */
export function reserveSelectionAcross(mem: Arena, matrices: readonly SelectedMatrix[], share: number): Selections {
  reserveRadix(mem);
  return {
    stats: mem.tensor("method", "selections", [1, matrices.length, statWords], "u32"),
    matrices,
    share,
    stepOf: (cycle) => (cycle === 0 ? 1 : Number.POSITIVE_INFINITY),
  };
}

/**
 * Selects in all matrices by one threshold, the score of rank `rank` (from 0, ascending) among those of all of them:
 * mask = scores >= threshold. The numbers are those of selectTop, a row of stats [matrices, 8] for each matrix.
 *
 * Source: Child-Tuning D (Xu et al. 2021), with the percentile and ">=" of its code.
 */
export function selectTopAcross(s: Scope, matrices: readonly Selectable[], rank: number, stats: Tensor): void {
  const scores = matrices.map((matrix) => matrix.scores);
  const sorted = findRank(s, scores, rank);
  matrices.forEach((matrix, place) => {
    s.rec.run(selectThresholdKernel, { sorted, stats }, { index: 0, at: place * statWords }, [1, 1, 1]);
    maskAbove(s, matrix, stats, place * statWords);
    if (sizeOf(matrix.scores.shape) >= submitSize) s.rec.submit();
  });
}

/** Selects in every matrix of a run; `cycle` from 0. */
export function selectAll(
  s: Scope,
  matrices: readonly Selectable[],
  frozenShare: number,
  selections: Selections,
  cycle: number,
): void {
  matrices.forEach((matrix, place) => {
    selectTop(s, matrix, frozenShare, selections.stats, cycle * matrices.length + place);
    if (sizeOf(matrix.scores.shape) >= submitSize) s.rec.submit();
  });
}
