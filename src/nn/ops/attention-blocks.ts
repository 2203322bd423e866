import { roundUp, sizeOf } from "../../core/shape.ts";
import { defineKernel, gridOf } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Sequences } from "../kernels.ts";
import type { Pass, Scope } from "../scope.ts";
import type { AttentionGradients, AttentionNumbers, AttentionOperands } from "./attention-operands.ts";
import { elementGrid } from "./element-grid.ts";
import { ofReals, realOf } from "./real.ts";
import threefry from "../../../shaders/lib/threefry.wgsl?raw";
import block from "../../../shaders/lib/attention_block.wgsl?raw";
import mask from "../../../shaders/lib/attention_mask.wgsl?raw";
import forward from "../../../shaders/attention_forward.wgsl?raw";
import backwardQuery from "../../../shaders/attention_backward_query.wgsl?raw";
import backwardKey from "../../../shaders/attention_backward_key.wgsl?raw";
import pad from "../../../shaders/attention_pad.wgsl?raw";

const uniforms = {
  heads: "u32",
  columns: "u32",
  sequences: "u32",
  scale: "f32",
  keep: "f32",
  seed: "u32",
  label: "u32",
  step: "u32",
} as const;
const operands = { q: "read", k: "read", v: "read" } as const;

/** The kernels of attention by blocks: to every token of a sequence, or to those that stand no later. */
function kernelsFor(real: string, suffix: string, causal: 0 | 1) {
  const constants = { CAUSAL: causal };
  return {
    /** Attention within each sequence and head, with the log of each row's sum of exponentials. */
    forward: defineKernel({
      name: `attention_forward${suffix}`,
      wgsl: real + threefry + block + mask + forward,
      bindings: { ...operands, offsets: "read", out: "read_write", statistics: "read_write" },
      uniforms,
      constants,
    }),
    /** Gradient of the queries; completes the statistics for the key kernel. */
    backwardQuery: defineKernel({
      name: `attention_backward_query${suffix}`,
      wgsl: real + threefry + block + mask + backwardQuery,
      bindings: {
        ...operands,
        dout: "read",
        out: "read",
        offsets: "read",
        statistics: "read_write",
        dq: "read_write",
      },
      uniforms,
      constants,
    }),
    /** Gradients of keys and values. */
    backwardKey: defineKernel({
      name: `attention_backward_key${suffix}`,
      wgsl: real + threefry + block + mask + backwardKey,
      bindings: { ...operands, dout: "read", offsets: "read", statistics: "read", dk: "read_write", dv: "read_write" },
      uniforms,
      constants,
    }),
  };
}

/** By the type of the operands, and by what a token attends to. */
export const blockKernels = ofReals((real, ending) => ({
  all: kernelsFor(real, ending, 0),
  causal: kernelsFor(real, `_causal${ending}`, 1),
}));

/** Widens or narrows heads by zeros at their end. */
export const attentionPadKernels = ofReals((real, ending) =>
  defineKernel({
    name: `attention_pad${ending}`,
    wgsl: real + pad,
    bindings: { x: "read", y: "read_write" },
    uniforms: { count: "u32", inputs: "u32", outputs: "u32" },
  }),
);

/**
 * Attention by blocks of four queries, then four keys: nothing that grows with the square of a sequence is in memory. The
 * kernels read heads in vectors of four; other heads are widened with zeros first.
 */
export function attendByBlocks(
  s: Scope,
  label: string,
  { q, k, v }: AttentionOperands,
  inputs: Sequences,
  { heads, size, causal, ...draws }: AttentionNumbers,
): Pass<AttentionGradients> {
  const padded = roundUp(size, 4);
  const real = realOf(q, k, v);
  const kernels = blockKernels[real][causal ? "causal" : "all"];
  const numbers = { heads, columns: padded / 4, sequences: inputs.sequenceCount, ...draws };
  if (size === padded) return attendVectors(s, { label, prefix: "", kernels }, { q, k, v }, inputs, numbers);
  const wide = [inputs.tokenCount, heads * padded];
  const rows = {
    q: resizeHeads(s, q, s.saved(`${label} padded q`, wide, real), heads),
    k: resizeHeads(s, k, s.saved(`${label} padded k`, wide, real), heads),
    v: resizeHeads(s, v, s.saved(`${label} padded v`, wide, real), heads),
  };
  const inner = attendVectors(s, { label: `${label} padded`, prefix: "padded ", kernels }, rows, inputs, numbers);
  const out = resizeHeads(s, inner.out, s.saved(label, q.shape, real), heads);
  return {
    out,
    back(own, dout) {
      const padded = resizeHeads(own, dout, own.temporary("padded dout", wide, real), heads);
      const d = inner.back(own, padded);
      const narrow = (name: keyof AttentionGradients) =>
        resizeHeads(own, d[name], own.temporary(name, q.shape, real), heads);
      const narrowed = { dq: narrow("dq"), dk: narrow("dk"), dv: narrow("dv") };
      own.free(padded, d.dq, d.dk, d.dv);
      return narrowed;
    },
  };
}

type Numbers = Readonly<Record<keyof typeof uniforms, number>>;

/** What an attention is called, and what is in front of the labels of its temporaries. */
interface Way {
  readonly label: string;
  readonly prefix: string;
  readonly kernels: ReturnType<typeof kernelsFor>;
}

/** Attention where heads are whole vectors of four. */
function attendVectors(
  s: Scope,
  { label, prefix, kernels }: Way,
  rows: Readonly<Record<keyof typeof operands, Tensor>>,
  { offsets, sequenceCount }: Sequences,
  numbers: Numbers,
): Pass<AttentionGradients> {
  const { shape } = rows.q;
  const [tokens = 0] = shape;
  const real = realOf(rows.q);
  const out = s.saved(label, shape, real);
  const statistics = s.saved(`${label} statistics`, [tokens, numbers.heads, 2]);
  const grid = gridOf((Math.floor(tokens / 4) + sequenceCount) * numbers.heads);
  s.rec.run(kernels.forward, { ...rows, offsets, out, statistics }, numbers, grid);
  return {
    out,
    back(own, dout) {
      const [dq, dk, dv] = [
        own.temporary(`${prefix}dq`, shape, real),
        own.temporary(`${prefix}dk`, shape, real),
        own.temporary(`${prefix}dv`, shape, real),
      ];
      own.rec.run(kernels.backwardQuery, { ...rows, dout, out, offsets, statistics, dq }, numbers, grid);
      own.rec.run(kernels.backwardKey, { ...rows, dout, offsets, statistics, dk, dv }, numbers, grid);
      return { dq, dk, dv };
    },
  };
}

/** Copies x [tokens, heads · D] to y [tokens, heads · E]: each head cut, or filled with zeros. Returns y. */
function resizeHeads(s: Scope, x: Tensor, y: Tensor, heads: number): Tensor {
  const [inputs, outputs] = [(x.shape[1] ?? 0) / heads, (y.shape[1] ?? 0) / heads];
  s.rec.run(attentionPadKernels[realOf(x, y)], { x, y }, { count: sizeOf(y.shape), inputs, outputs }, elementGrid(y));
  return y;
}
