import { sizeOf } from "../core/shape.ts";
import { defineKernel, gridOf } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { Scope } from "../nn/scope.ts";
import bitonic from "../../shaders/lib/bitonic.wgsl?raw";
import global from "../../shaders/bitonic_sort_global.wgsl?raw";
import local from "../../shaders/bitonic_sort_local.wgsl?raw";

/** Sorts inside blocks of 1024 keys, in workgroup memory. */
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
  uniforms: { count: "u32", log_span: "u32", mirrored: "u32", both: "u32" },
});

const logBlock = 10;
const workgroupSize = 256;

/** One dispatch over distances beyond a block; see the kernel's uniforms. */
interface LongPass {
  readonly logSpan: number;
  readonly mirrored: 0 | 1;
  readonly both: 0 | 1;
}

/**
 * The long passes of the stage that joins runs of 2^(stage - 1) keys. Two distances go in one pass; an odd stage starts
 * with one alone, so that what is left is what a block does by itself.
 */
function longPasses(stage: number): readonly LongPass[] {
  const both = stage % 2 === 0 ? 1 : 0;
  const passes: LongPass[] = [{ logSpan: stage, mirrored: 1, both }];
  for (let logSpan = stage - 1 - both; logSpan > logBlock; logSpan -= 2) passes.push({ logSpan, mirrored: 0, both: 1 });
  return passes;
}

/**
 * Writes the scores' bits in ascending order into `sorted`, all passes recorded in one go.
 *
 * scores: f32 of any shape, not negative (-0 counts as 0); sorted [N], any N from 1.
 * Source: Batcher 1968; every comparator points the same way, so no padding takes part.
 */
export function sortAscending(s: Scope, scores: Tensor, sorted: Tensor): void {
  const count = sizeOf(scores.shape);
  const blocks = gridOf(Math.ceil(count / 2 ** logBlock));
  s.rec.run(bitonicSortLocalKernel, { scores, keys: sorted }, { count, fresh: 1 }, blocks);
  for (let stage = logBlock + 1; 2 ** (stage - 1) < count; stage++) {
    for (const { logSpan, mirrored, both } of longPasses(stage)) {
      const quads = Math.ceil(count / 2 ** logSpan) * 2 ** (logSpan - 2);
      const uniforms = { count, log_span: logSpan, mirrored, both };
      s.rec.run(bitonicSortGlobalKernel, { keys: sorted }, uniforms, gridOf(Math.ceil(quads / workgroupSize)));
    }
    s.rec.run(bitonicSortLocalKernel, { scores, keys: sorted }, { count, fresh: 0 }, blocks);
  }
}
