import { sizeOf } from "../core/shape.ts";
import { defineKernel, gridOf } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { Scope } from "../nn/scope.ts";
import bitonic from "../../shaders/lib/bitonic.wgsl?raw";
import global from "../../shaders/bitonic_sort_global.wgsl?raw";
import local from "../../shaders/bitonic_sort_local.wgsl?raw";

/** Sorts inside blocks of 4096 keys, in workgroup memory. */
export const bitonicSortLocalKernel = defineKernel({
  name: "bitonic_sort_local",
  wgsl: bitonic + local,
  bindings: { scores: "read", keys: "read_write" },
  uniforms: { count: "u32", fresh: "u32" },
});

/** Compares keys whose distance does not fit into a block. */
export const bitonicSortGlobalKernel = defineKernel({
  name: "bitonic_sort_global",
  wgsl: bitonic + global,
  bindings: { keys: "read_write" },
  uniforms: { count: "u32", log_span: "u32", mirrored: "u32", layers: "u32" },
});

const logBlock = 12;
const workgroupSize = 64;

/** One dispatch over distances beyond a block; see the kernel's uniforms. */
interface LongPass {
  readonly logSpan: number;
  readonly mirrored: 0 | 1;
  readonly layers: number;
}

/**
 * The long passes of the stage that joins runs of 2^(stage - 1) keys. Four distances go in one pass; the first takes as
 * many as leave the block, which has a multiple of four, to itself.
 */
function longPasses(stage: number): readonly LongPass[] {
  const layers = ((stage - 1) % 4) + 1;
  const passes: LongPass[] = [{ logSpan: stage, mirrored: 1, layers }];
  for (let logSpan = stage - layers; logSpan > logBlock; logSpan -= 4) passes.push({ logSpan, mirrored: 0, layers: 4 });
  return passes;
}

/**
 * Writes the scores' bits in ascending order into `sorted`, all passes recorded in one go. Selections are made by radix
 * selection, which is held against this.
 *
 * scores: f32 of any shape, not negative (-0 counts as 0); sorted [N], any N from 1.
 * Source: Batcher 1968; every comparator points the same way, so no padding takes part.
 */
export function sortAscending(s: Scope, scores: Tensor, sorted: Tensor): void {
  const count = sizeOf(scores.shape);
  const blocks = gridOf(Math.ceil(count / 2 ** logBlock));
  s.rec.run(bitonicSortLocalKernel, { scores, keys: sorted }, { count, fresh: 1 }, blocks);
  for (let stage = logBlock + 1; 2 ** (stage - 1) < count; stage++) {
    for (const { logSpan, mirrored, layers } of longPasses(stage)) {
      const sixteens = Math.ceil(count / 2 ** logSpan) * 2 ** (logSpan - 4);
      const uniforms = { count, log_span: logSpan, mirrored, layers };
      s.rec.run(bitonicSortGlobalKernel, { keys: sorted }, uniforms, gridOf(Math.ceil(sixteens / workgroupSize)));
    }
    s.rec.run(bitonicSortLocalKernel, { scores, keys: sorted }, { count, fresh: 0 }, blocks);
  }
}
