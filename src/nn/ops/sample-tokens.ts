import { labelHash } from "../../core/rng.ts";
import { defineKernel, gridOf } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Scope } from "../scope.ts";
import threefry from "../../../shaders/lib/threefry.wgsl?raw";
import wgsl from "../../../shaders/sample_tokens.wgsl?raw";

/** Draws a token a row and puts it in its place. */
export const sampleTokensKernel = defineKernel({
  name: "sample_tokens",
  wgsl: threefry + wgsl,
  bindings: {
    places: "read",
    originals: "read",
    logits: "read",
    drawn: "read_write",
    ids: "read_write",
    replaced: "read_write",
  },
  uniforms: { rows: "u32", vocabulary: "u32", seed: "u32", label: "u32", step: "u32" },
});

/** Where a sample goes, and what it is held against. */
export interface SamplePlaces {
  /** u32 [rows]: tokens of the batch; they differ. */
  readonly places: Tensor;
  /** u32 [rows]: what stood there. */
  readonly originals: Tensor;
  /** u32 [rows]: what was drawn. */
  readonly drawn: Tensor;
  /** u32 [tokens]: changed at the places only. */
  readonly ids: Tensor;
  /** f32 [tokens]: 1 where the draw differs from the original, 0 where it does not; changed at the places only. */
  readonly replaced: Tensor;
}

/** Draws one token a row from softmax(logits), keyed by seed, label and step. logits [rows, vocabulary]. */
export function sampleTokens(s: Scope, label: string, logits: Tensor, places: SamplePlaces): void {
  const [rows = 0, vocabulary = 0] = logits.shape;
  const uniforms = { rows, vocabulary, seed: s.seed, label: labelHash(label), step: s.step };
  s.rec.run(sampleTokensKernel, { ...places, logits }, uniforms, gridOf(rows));
}
