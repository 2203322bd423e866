import { AppError } from "../../core/errors.ts";
import { labelHash } from "../../core/rng.ts";
import { formatShape } from "../../core/shape.ts";
import { defineKernel, gridOf } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { RelativeInputs } from "../inputs.ts";
import type { Sequences } from "../kernels.ts";
import type { Pass, Scope } from "../scope.ts";
import { checkOperands } from "./attention.ts";
import { attendByMatrices } from "./attention-matrices.ts";
import type { ScoreTerms } from "./attention-matrices.ts";
import type { AttentionGradients, AttentionOperands } from "./attention-operands.ts";
import { ofReals, realOf } from "./real.ts";
import backward from "../../../shaders/relative_backward.wgsl?raw";
import scores from "../../../shaders/relative_scores.wgsl?raw";
import tableBackward from "../../../shaders/relative_table_backward.wgsl?raw";

const sizes = { heads: "u32", size: "u32", longest: "u32" } as const;

/** The kernels of one table: what queries have to do with a distance, or keys. */
function kernelsFor(real: string, suffix: string, byKey: 0 | 1) {
  const constants = { BY_KEY: byKey };
  const lying = { places: "read", sequences: "read", offsets: "read" } as const;
  return {
    /** Adds their products to the scores. */
    scores: defineKernel({
      name: `relative_scores${suffix}`,
      wgsl: real + scores,
      bindings: { x: "read", table: "read", ...lying, scores: "read_write" },
      uniforms: { tokens: "u32", ...sizes, scale: "f32" },
      constants,
    }),
    /** Adds to the gradient of queries or keys. */
    backward: defineKernel({
      name: `relative_backward${suffix}`,
      wgsl: real + backward,
      bindings: { dscores: "read", table: "read", ...lying, dx: "read_write" },
      uniforms: { tokens: "u32", ...sizes },
      constants,
    }),
    /** The gradient of the table. */
    tableBackward: defineKernel({
      name: `relative_table_backward${suffix}`,
      wgsl: real + tableBackward,
      bindings: { dscores: "read", x: "read", starts: "read", offsets: "read", dtable: "read_write" },
      uniforms: { rows: "u32", ...sizes, sequences: "u32" },
      constants,
    }),
  };
}

/** By the type of the operands, and by what is multiplied with the rows of a distance. */
export const relativeKernels = ofReals((real, ending) => ({
  query: kernelsFor(real, ending, 0),
  key: kernelsFor(real, `_by_key${ending}`, 1),
}));

/** Projected rows of the table of relative positions that the batch reaches, [rows, heads · size] each; null: not used. */
export interface RelativeTables<T = Tensor | null> {
  /** Keys of a distance, which queries are multiplied with: content to position. */
  readonly keys: T;
  /** Queries of a distance, which keys are multiplied with: position to content. */
  readonly queries: T;
}

/** The tables' gradients are the temporaries "d relative keys" and "d relative queries". */
export type RelativeGradients = AttentionGradients & { readonly tables: RelativeTables };

/**
 * out_i = sum_j dropout(softmax_j(scale (q_i·k_j + q_i·keys_r + k_j·queries_r))) v_j within each sequence and head, where r is
 * the row of the distance i - j in both tables.
 *
 * It goes by matrices alone, which hold every score of a layer for a moment; on devices without subgroups too.
 * q, k, v, out [tokens, heads · D] and the tables of one type. Errors: shape-mismatch; too-large, for a sequence of more than 512
 * tokens. Source: He et al. 2021, DeBERTa, equation 4.
 */
export function relativeAttention(
  s: Scope,
  label: string,
  operands: AttentionOperands,
  inputs: Sequences & { readonly relative: RelativeInputs },
  { heads, dropout, scale }: { readonly heads: number; readonly dropout: number; readonly scale: number },
  tables: RelativeTables,
): Pass<RelativeGradients> {
  checkOperands(operands, inputs, heads);
  checkTables(operands, inputs.relative, tables);
  const size = (operands.q.shape[1] ?? 0) / heads;
  const draws = { keep: 1 - dropout, seed: s.seed, label: labelHash(label), step: s.step };
  const numbers = { heads, size, causal: false, scale, ...draws };
  const { lanes = 0, columns } = s.kernels.attention({ heads, size }, inputs, realOf(operands.q));
  const tile = columns === undefined ? null : { lanes, columns };
  const made: { keys: Tensor | null; queries: Tensor | null } = { keys: null, queries: null };
  const terms = relativeTerms(operands, inputs, numbers, tables, made);
  const inner = attendByMatrices(s, label, operands, inputs, numbers, tile, terms);
  return { out: inner.out, back: (own, dout) => ({ ...inner.back(own, dout), tables: { ...made } }) };
}

/** Terms of both tables; `made` gets the gradients of the tables. */
function relativeTerms(
  { q, k }: AttentionOperands,
  {
    tokenCount: tokens,
    sequenceCount,
    maxLength: longest,
    sequences,
    offsets,
    relative,
  }: Sequences & {
    readonly relative: RelativeInputs;
  },
  { heads, size, scale }: { readonly heads: number; readonly size: number; readonly scale: number },
  tables: RelativeTables,
  made: { keys: Tensor | null; queries: Tensor | null },
): ScoreTerms {
  const { places, starts } = relative;
  const [rows = 0] = relative.rows.shape;
  const numbers = { tokens, heads, size, longest };
  const real = realOf(q, k);
  const ofTables = relativeKernels[real];
  const grid = gridOf(tokens * heads);
  const lying = { places, sequences, offsets };
  const sides = [
    { name: "keys", kernels: ofTables.query, x: q, gradient: "dq", table: tables.keys },
    { name: "queries", kernels: ofTables.key, x: k, gradient: "dk", table: tables.queries },
  ] as const;
  return {
    add(s, into) {
      for (const { kernels, x, table } of sides) {
        if (table === null) continue;
        s.rec.run(kernels.scores, { x, table, ...lying, scores: into }, { ...numbers, scale }, grid);
      }
    },
    back(s, dscores, gradients) {
      for (const { name, kernels, x, gradient, table } of sides) {
        if (table === null) continue;
        s.rec.run(kernels.backward, { dscores, table, ...lying, dx: gradients[gradient] }, numbers, grid);
        const dtable = s.temporary(`d relative ${name}`, table.shape, real);
        const counts = { rows, heads, size, longest, sequences: sequenceCount };
        s.rec.run(kernels.tableBackward, { dscores, x, starts, offsets, dtable }, counts, gridOf(rows * heads));
        made[name] = dtable;
      }
    },
  };
}

function checkTables({ q }: AttentionOperands, { rows }: RelativeInputs, { keys, queries }: RelativeTables): void {
  const wanted = formatShape([rows.shape[0] ?? 0, q.shape[1] ?? 0]);
  for (const table of [keys, queries]) {
    if (table === null || formatShape(table.shape) === wanted) continue;
    const message = `Relative attention got a table ${formatShape(table.shape)} and wanted ${wanted}.`;
    throw new AppError("shape-mismatch", message);
  }
}
