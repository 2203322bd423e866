import { sizeOf } from "../core/shape.ts";
import type { Arena } from "../gpu/arena.ts";
import { defineKernel, gridOf } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { Scope } from "../nn/scope.ts";
import histogramSource from "../../shaders/radix_histogram.wgsl?raw";
import pickSource from "../../shaders/radix_pick.wgsl?raw";

/** Counts the digits of the keys that are still in question. */
export const radixHistogramKernel = defineKernel({
  name: "radix_histogram",
  wgsl: histogramSource,
  bindings: { keys: "read", state: "read", histogram: "read_write" },
  uniforms: { count: "u32", shift: "u32" },
});

/** Takes the digit in which the wanted key lies. */
export const radixPickKernel = defineKernel({
  name: "radix_pick",
  wgsl: pickSource,
  bindings: { state: "read_write", histogram: "read_write" },
  uniforms: { shift: "u32", rank: "u32" },
});

const keysPerGroup = 256 * 16;
/** Keys after which what was recorded is sent, so that no single submit takes long. */
const submitSize = 2 ** 23;

/** What a selection over many buffers needs beside them. Purpose: method. */
export function reserveRadix(mem: Arena): { readonly state: Tensor; readonly histogram: Tensor } {
  return {
    state: mem.tensor("method", "radix state", [4], "u32"),
    histogram: mem.tensor("method", "radix histogram", [256], "u32"),
  };
}

/**
 * Finds the number of rank `rank` (from 0, ascending) among the scores of all tensors, without sorting and without
 * bringing them together; its bits are the first word of the tensor returned [4].
 *
 * scores: f32 of any shapes, not negative (-0 counts as 0), fewer than 2^32 in all.
 * Source: radix selection, most significant digit first, 8 bits a pass.
 */
export function findRank(s: Scope, scores: readonly Tensor[], rank: number): Tensor {
  const { state, histogram } = reserveRadix(s.mem);
  let recorded = 0;
  s.rec.clear(histogram);
  for (const shift of [24, 16, 8, 0]) {
    for (const keys of scores) {
      const count = sizeOf(keys.shape);
      s.rec.run(
        radixHistogramKernel,
        { keys, state, histogram },
        { count, shift },
        gridOf(Math.ceil(count / keysPerGroup)),
      );
      recorded += count;
      if (recorded < submitSize) continue;
      s.rec.submit();
      recorded = 0;
    }
    s.rec.run(radixPickKernel, { state, histogram }, { shift, rank }, [1, 1, 1]);
  }
  return state;
}
