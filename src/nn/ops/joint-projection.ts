import { defineKernel, gridOf } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Param } from "../params.ts";
import type { Scope } from "../scope.ts";
import type { AttentionGradients, AttentionOperands } from "./attention-operands.ts";
import { biasSums } from "./linear.ts";
import { matmulNN, matmulNT, matmulTN } from "./matmul.ts";
import { realOf } from "./real.ts";
import { inType, withWeight } from "./weight.ts";
import backward from "../../../shaders/joint_rows_backward.wgsl?raw";
import forward from "../../../shaders/joint_rows_forward.wgsl?raw";

const uniforms = { rows: "u32", cols: "u32", size: "u32", parts: "u32", part: "u32" } as const;

/** Takes one matrix out of those that lie in one. */
export const jointRowsForwardKernel = defineKernel({
  name: "joint_rows_forward",
  wgsl: forward,
  bindings: { joint: "read", rows: "read_write" },
  uniforms,
});

/** Puts its gradient back. */
export const jointRowsBackwardKernel = defineKernel({
  name: "joint_rows_backward",
  wgsl: backward,
  bindings: { drows: "read", djoint: "read_write" },
  uniforms: { ...uniforms, accumulate: "u32" },
});

/** Queries, keys and values; `back` adds to dx. */
export interface JointPass extends AttentionOperands {
  back(s: Scope, gradients: AttentionGradients, dx: Tensor): void;
}

/**
 * q = x W_qᵀ + b_q, k = x W_kᵀ, v = x W_vᵀ + b_v, where the rows of the three matrices lie in one grouped by head: of each head
 * those of q, of k and of v.
 *
 * x [rows, in], weight [3 · heads · D, in], biases, q, k, v [rows, heads · D]. A matrix of the three is in memory by itself while
 * it is multiplied with. Source: He et al. 2021, DeBERTa, as in Hugging Face's DisentangledSelfAttention.
 */
export function jointProjection(
  s: Scope,
  label: string,
  x: Tensor,
  weight: Param,
  biases: { readonly query: Param; readonly value: Param },
  heads: number,
): JointPass {
  const [joined = 0, cols = 0] = weight.spec.shape;
  const rows = joined / 3;
  const numbers = { rows, cols, size: rows / heads, parts: 3 };
  const real = realOf(x);
  const withMatrix = (own: Scope, part: number, read: (matrix: Tensor) => void): void => {
    const taken = own.temporary("joint rows", [rows, cols]);
    withWeight(own, weight, "f32", (joint) =>
      own.rec.run(jointRowsForwardKernel, { joint, rows: taken }, { ...numbers, part }, gridOf(rows)),
    );
    inType(own, taken, real, read);
    own.free(taken);
  };
  const parts = [
    { name: "query", bias: biases.query, gradient: "dq" },
    { name: "key", bias: null, gradient: "dk" },
    { name: "value", bias: biases.value, gradient: "dv" },
  ] as const;
  const project = (part: 0 | 1 | 2): Tensor => {
    const { name, bias } = parts[part];
    const out = s.saved(`${label} ${name}`, [x.shape[0] ?? 0, rows], real);
    withMatrix(s, part, (matrix) => matmulNT(s, x, matrix, out, bias === null ? {} : { bias: bias.value }));
    return out;
  };
  return {
    q: project(0),
    k: project(1),
    v: project(2),
    back(own, gradients, dx) {
      const accumulate = own.claim(weight);
      for (const [part, { bias, gradient }] of parts.entries()) {
        const dout = gradients[gradient];
        const drows = own.temporary("d joint rows", [rows, cols]);
        matmulTN(own, dout, x, drows, biasSums(own, dout, bias));
        const buffers = { drows, djoint: weight.grad };
        own.rec.run(jointRowsBackwardKernel, buffers, { ...numbers, part, accumulate }, gridOf(rows));
        own.free(drows);
        withMatrix(own, part, (matrix) => matmulNN(own, dout, matrix, dx, { accumulate: 1 }));
      }
    },
  };
}
