import { defineKernel, gridOf } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Inputs } from "../inputs.ts";
import type { Pass, Scope } from "../scope.ts";
import forward from "../../../shaders/first_tokens_forward.wgsl?raw";
import backward from "../../../shaders/first_tokens_backward.wgsl?raw";

const columnsPerGroup = 32;

/** Picks the first row of every sequence. */
export const firstTokensForwardKernel = defineKernel({
  name: "first_tokens_forward",
  wgsl: forward,
  bindings: { offsets: "read", x: "read", out: "read_write" },
  uniforms: { cols: "u32" },
  constants: { WG: columnsPerGroup },
});

/** Spreads the gradient back, zero for every other token. */
export const firstTokensBackwardKernel = defineKernel({
  name: "first_tokens_backward",
  wgsl: backward,
  bindings: { sequences: "read", offsets: "read", dout: "read", dx: "read_write" },
  uniforms: { tokens: "u32", cols: "u32" },
});

/**
 * out[b] = hidden[first token of sequence b]; hidden [tokens, cols], out [sequences, cols].
 *
 * `back` writes all of the temporary "dhidden" [tokens, cols], zero but for first tokens.
 */
export function firstTokens(s: Scope, label: string, hidden: Tensor, inputs: Inputs): Pass {
  const { tokenCount: tokens, sequenceCount, sequences, offsets } = inputs;
  const cols = hidden.shape[1] ?? 0;
  const out = s.saved(label, [sequenceCount, cols]);
  const grid = [Math.ceil(cols / columnsPerGroup), sequenceCount, 1] as const;
  s.rec.run(firstTokensForwardKernel, { offsets, x: hidden, out }, { cols }, grid);
  return {
    out,
    back(s, dout) {
      const dx = s.temporary("dhidden", [tokens, cols]);
      s.rec.run(firstTokensBackwardKernel, { sequences, offsets, dout, dx }, { tokens, cols }, gridOf(tokens));
      return dx;
    },
  };
}
