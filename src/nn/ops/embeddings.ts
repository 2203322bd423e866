import { defineKernel, gridOf } from "../../gpu/kernel.ts";
import { sectionsOf, type Tensor } from "../../gpu/tensor.ts";
import type { Gather, Inputs } from "../inputs.ts";
import type { Param } from "../params.ts";
import type { Pass, Scope } from "../scope.ts";
import forward from "../../../shaders/embeddings_forward.wgsl?raw";
import backward from "../../../shaders/embeddings_backward.wgsl?raw";

/** The sum of a token's three rows, or of those whose tables are there. */
export const embeddingsForwardKernels = {
  typed: sumKernel("typed", { TYPED: 1, PLACED: 1 }),
  untyped: sumKernel("untyped", { TYPED: 0, PLACED: 1 }),
  typed_unplaced: sumKernel("typed_unplaced", { TYPED: 1, PLACED: 0 }),
  untyped_unplaced: sumKernel("untyped_unplaced", { TYPED: 0, PLACED: 0 }),
};

function sumKernel(variant: string, constants: Readonly<Record<"TYPED" | "PLACED", 0 | 1>>) {
  return defineKernel({
    name: `embeddings_forward_${variant}`,
    wgsl: forward,
    bindings: {
      ids: "read",
      positions: "read",
      types: "read",
      word: "read",
      position: "read",
      token_type: "read",
      out: "read_write",
    },
    uniforms: { tokens: "u32", cols: "u32", scale: "f32", top: "u32", words: "u32" },
    constants,
  });
}

/** Columns of one workgroup of each gather kernel. */
const columns = { single: 32, shared: 8 } as const;

/**
 * Gathers a table's gradient: one invocation a column where rows have few tokens each, 32 where two rows have them all.
 */
export const embeddingsBackwardKernels = { single: gatherKernel("single", 1), shared: gatherKernel("shared", 32) };

function gatherKernel(variant: keyof typeof columns, lanes: number) {
  return defineKernel({
    name: `embeddings_backward_${variant}`,
    wgsl: backward,
    bindings: { rows: "read", starts: "read", tokens: "read", dy: "read", dtable: "read_write" },
    uniforms: { rows: "u32", cols: "u32", scale: "f32", top: "u32", entries: "u32" },
    constants: { COLUMNS: columns[variant], LANES: lanes },
  });
}

/**
 * out[t] = wordScale · word[ids[t]] + position[positions[t]] + type[types[t]].
 *
 * word, position, type [entries, cols], position and type null where there is none; out [tokens, cols]. `back` gathers each table
 * row's gradient in token order, and adds it to what another use of the table has left; a table that is not trained gets none.
 * The table of words may be cut: each token's row is computed by the dispatch for the section that has its word.
 * Source: Devlin et al. 2019, figure 2; the scale: Vaswani et al. 2017, section 3.4.
 */
export function embeddings(
  s: Scope,
  label: string,
  inputs: Inputs,
  word: Param,
  position: Param | null,
  type: Param | null,
  wordScale = 1,
): Pass<void> {
  const { tokenCount: tokens, ids, positions, types } = inputs;
  const cols = word.spec.shape[1] ?? 0;
  const out = s.saved(label, [tokens, cols]);
  const kernel =
    embeddingsForwardKernels[`${type === null ? "untyped" : "typed"}${position === null ? "_unplaced" : ""}`];
  for (const { tensor, top } of sectionsOf(word.value)) {
    const tables = { word: tensor, position: position?.value ?? tensor, token_type: type?.value ?? tensor };
    const uniforms = { tokens, cols, scale: wordScale, top, words: tensor.shape[0] ?? 0 };
    s.rec.run(kernel, { ids, positions, types, ...tables, out }, uniforms, gridOf(tokens));
  }
  return {
    out,
    back(s, dout) {
      gather(s, "single", inputs.byWord, dout, word, wordScale);
      if (position?.spec.trained === true) gather(s, "single", inputs.byPosition, dout, position);
      if (type !== null) gather(s, "shared", inputs.byType, dout, type);
    },
  };
}

function gather(s: Scope, variant: keyof typeof columns, by: Gather, dy: Tensor, table: Param, scale = 1): void {
  if (s.claim(table) === 0) s.rec.clear(table.grad);
  const cols = dy.shape[1] ?? 0;
  const { rows, starts, tokens, rowCount } = by;
  if (rowCount === 0) return;
  const grid = gridOf(rowCount * Math.ceil(cols / columns[variant]));
  for (const { tensor: dtable, top } of sectionsOf(table.grad)) {
    const uniforms = { rows: rowCount, cols, scale, top, entries: dtable.shape[0] ?? 0 };
    s.rec.run(embeddingsBackwardKernels[variant], { rows, starts, tokens, dy, dtable }, uniforms, grid);
  }
}
