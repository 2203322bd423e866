import { AppError } from "../../core/errors.ts";
import { labelHash } from "../../core/rng.ts";
import { defineKernel, gridOf } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Inputs } from "../inputs.ts";
import type { Scope } from "../scope.ts";
import threefry from "../../../shaders/lib/threefry.wgsl?raw";
import block from "../../../shaders/lib/attention_block.wgsl?raw";
import forward from "../../../shaders/attention_forward.wgsl?raw";
import backwardQuery from "../../../shaders/attention_backward_query.wgsl?raw";
import backwardKey from "../../../shaders/attention_backward_key.wgsl?raw";

const uniforms = { heads: "u32", columns: "u32", sequences: "u32", scale: "f32", keep: "f32", seed: "u32", label: "u32", step: "u32" } as const;

/** Softmax attention within each sequence and head. */
export const attentionForwardKernel = defineKernel({
  name: "attention_forward",
  wgsl: threefry + block + forward,
  bindings: { q: "read", k: "read", v: "read", offsets: "read", out: "read_write", statistics: "read_write" },
  uniforms,
});

/** Gradient by the queries. */
export const attentionBackwardQueryKernel = defineKernel({
  name: "attention_backward_query",
  wgsl: threefry + block + backwardQuery,
  bindings: { q: "read", k: "read", v: "read", dout: "read", out: "read", offsets: "read", statistics: "read_write", dq: "read_write" },
  uniforms,
});

/** Gradients by keys and values. */
export const attentionBackwardKeyKernel = defineKernel({
  name: "attention_backward_key",
  wgsl: threefry + block + backwardKey,
  bindings: { q: "read", k: "read", v: "read", dout: "read", offsets: "read", statistics: "read", dk: "read_write", dv: "read_write" },
  uniforms,
});

/** Most tokens of a sequence. */
const longest = 512;

/**
 * softmax(q kᵀ / sqrt(D)) v within each sequence and head, with dropout on the probabilities.
 *
 * q, k, v, out [tokens, heads · D]. Errors: too-large for sequences of more than 512 tokens.
 */
export function attention(
  s: Scope,
  label: string,
  q: Tensor,
  k: Tensor,
  v: Tensor,
  inputs: Inputs,
  { heads, dropout }: { readonly heads: number; readonly dropout: number },
) {
  const [tokens = 0, width = 0] = q.shape;
  if (inputs.maxLength > longest) {
    throw new AppError("too-large", `A sequence has ${inputs.maxLength} tokens; attention takes at most ${longest}.`);
  }
  const size = width / heads;
  const { offsets } = inputs;
  const statistics = s.saved(`${label} statistics`, [tokens, heads, 2]);
  const out = s.saved(label, q.shape);
  const numbers = {
    heads,
    columns: size / 4,
    sequences: inputs.sequenceCount,
    scale: 1 / Math.sqrt(size),
    keep: 1 - dropout,
    seed: s.seed,
    label: labelHash(label),
    step: s.step,
  };
  const grid = gridOf((Math.floor(tokens / 4) + inputs.sequenceCount) * heads);
  s.rec.run(attentionForwardKernel, { q, k, v, offsets, out, statistics }, numbers, grid);
  return {
    out,
    back(scope: Scope, dout: Tensor): { readonly dq: Tensor; readonly dk: Tensor; readonly dv: Tensor } {
      const [dq, dk, dv] = [scope.temporary("dq", q.shape), scope.temporary("dk", q.shape), scope.temporary("dv", q.shape)];
      scope.rec.run(attentionBackwardQueryKernel, { q, k, v, dout, out, offsets, statistics, dq }, numbers, grid);
      scope.rec.run(attentionBackwardKeyKernel, { q, k, v, dout, offsets, statistics, dk, dv }, numbers, grid);
      return { dq, dk, dv };
    },
  };
}
