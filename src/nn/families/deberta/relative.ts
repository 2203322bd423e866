import { AppError } from "../../../core/errors.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { OnnxGraph } from "../../../models/onnx/graph.ts";
import type { LayerPlace } from "../../blocks/attention-sublayer.ts";
import { normSpecs, tableSpec } from "../../blocks/specs.ts";
import type { Inputs } from "../../inputs.ts";
import { convert, inLayers } from "../../ops/convert.ts";
import { dropout } from "../../ops/dropout.ts";
import { gatherRows } from "../../ops/gather-rows.ts";
import { residualLayerNorm } from "../../ops/layernorm.ts";
import { linear } from "../../ops/linear.ts";
import type { RelativeTables } from "../../ops/relative-attention.ts";
import type { ParamSet, ParamSpec } from "../../params.ts";
import { relativeRow, relativeRowCount } from "../../relative-positions.ts";
import type { RelativePositions } from "../../relative-positions.ts";
import type { Scope } from "../../scope.ts";

/** A Linear over the table, in a layer's attention. */
interface Projection {
  readonly name: string;
  readonly biased: boolean;
}

/** One table of relative positions for all layers, and what each makes of it. */
export interface Relative {
  readonly positions: RelativePositions;
  /** Whether a LayerNorm stands over it. */
  readonly normed: boolean;
  readonly layerNormEpsilon: number;
  /** What is read of it: queries of tokens with keys of distances, and keys of tokens with queries of distances. */
  readonly projections: RelativeTables<Projection | null>;
}

const tableName = "deberta.encoder.rel_embeddings";
const normName = "deberta.encoder.LayerNorm";

/** The table, and its LayerNorm; where no layer reads it they stand still. */
export function relativeSpecs({ positions, normed, projections }: Relative, hiddenSize: number): readonly ParamSpec[] {
  const place = { group: "embeddings", depth: 0 } as const;
  const trained = projections.keys !== null || projections.queries !== null;
  const specs = [
    tableSpec(tableName, relativeRowCount(positions), hiddenSize),
    ...(normed ? normSpecs(normName, hiddenSize, place) : []),
  ];
  return specs.map((spec) => ({ ...spec, trained }));
}

/** The rows of the table that a batch reaches, [rows, hidden]. */
export interface RelativePass {
  /** Of the scope's type, and so is its gradient. */
  readonly out: Tensor;
  /** Overwrites a gradient of the rows, and adds it to what other layers have left. */
  back(s: Scope, drows: Tensor): void;
}

/** Source: He et al. 2021, DeBERTa, equation 4; the LayerNorm as in Hugging Face's DebertaV2Encoder. */
export function reachedTable(
  s: Scope,
  { normed, layerNormEpsilon }: Relative,
  params: ParamSet,
  { relative }: Inputs,
): RelativePass {
  if (relative === null) throw new AppError("bug", "The batch has nothing for relative positions.");
  const table = params.of(`${tableName}.weight`);
  const reached = gatherRows(s, "relative table", table.value, relative.rows);
  const toTable = (own: Scope, drows: Tensor): void => {
    if (own.claim(table) === 0) own.rec.clear(table.grad);
    reached.back(own, drows, table.grad);
  };
  const outside = (rows: Tensor, back: (own: Scope, drows: Tensor) => void): RelativePass => ({
    out: inLayers(s, "relative table in layers", rows),
    back(own, drows) {
      if (drows.dtype === "f32") {
        back(own, drows);
        return;
      }
      const wide = own.temporary("d wide relative rows", drows.shape);
      convert(own, drows, wide);
      back(own, wide);
      own.free(wide);
    },
  });
  if (!normed) return outside(reached.out, toTable);
  const { gamma, beta } = params.norm(normName);
  const options = { epsilon: layerNormEpsilon, dropout: 0 };
  const norm = residualLayerNorm(s, "relative norm", reached.out, null, gamma, beta, options);
  return outside(norm.out, (own, drows) => toTable(own, norm.back(own, drows).dx));
}

/** What a layer makes of the rows of the table, with a mask of dropout of its own. */
export interface ProjectedPass {
  readonly tables: RelativeTables;
  /** Ends the life of the gradients it takes. */
  back(s: Scope, gradients: RelativeTables): void;
}

export function projectTable(
  s: Scope,
  { projections }: Relative,
  params: ParamSet,
  { at, label }: LayerPlace,
  table: RelativePass,
): ProjectedPass {
  const dropped = dropout(s, `${label} relative rows`, table.out, s.dropout.hidden);
  const project = (part: "keys" | "queries") => {
    const projection = projections[part];
    if (projection === null) return null;
    const name = `${at}.${projection.name}`;
    const bias = projection.biased ? params.of(`${name}.bias`) : null;
    return linear(s, `${label} relative ${part}`, dropped.out, params.of(`${name}.weight`), bias);
  };
  const passes = { keys: project("keys"), queries: project("queries") };
  return {
    tables: { keys: passes.keys?.out ?? null, queries: passes.queries?.out ?? null },
    back(own, gradients) {
      const drows = own.temporary("d relative rows", table.out.shape, table.out.dtype);
      let written: 0 | 1 = 0;
      for (const part of ["keys", "queries"] as const) {
        const [pass, gradient] = [passes[part], gradients[part]];
        if (pass === null || gradient === null) continue;
        pass.back(own, gradient, drows, written);
        own.free(gradient);
        written = 1;
      }
      table.back(own, dropped.back(own, drows));
      own.free(drows);
    },
  };
}

/** The whole table in ONNX: the name of [rows, hidden]. Makes "relative index" as well, which scores are read by. */
export function tableGraph(g: OnnxGraph, { positions, normed, layerNormEpsilon }: Relative, heads: number): string {
  indexGraph(g, positions, heads);
  const table = g.weight(`${tableName}.weight`);
  return normed ? g.norm(normName, table, layerNormEpsilon) : table;
}

/**
 * The nodes "relative index" [batch, heads, length, length], the row of query q and key k at [q, k], and "relative index by key",
 * where it is at [k, q].
 */
function indexGraph(g: OnnxGraph, positions: RelativePositions, heads: number): void {
  // From there on every distance reads the first row, and the last one the other way.
  let far = 1;
  while (relativeRow(-far, positions) > 0) far *= 2;
  const rows = Array.from({ length: 2 * far + 1 }, (_, index) => relativeRow(index - far, positions));
  const length = g.node("Shape", [g.input("input_ids")], "relative length", { start: { int: 1 }, end: { int: 2 } });
  const bounds = [g.wholes("first token", 0), g.node("Squeeze", [length], "token count"), g.wholes("next token", 1)];
  const tokens = g.node("Range", bounds, "tokens in order");
  const column = g.node("Unsqueeze", [tokens, g.wholes("as a column", [1])], "queries in order");
  const distance = g.node("Sub", [column, tokens], "distances");
  const near = g.node("Min", [distance, g.wholes("farthest before", far)], "distances before");
  const bounded = g.node("Max", [near, g.wholes("farthest behind", -far)], "near distances");
  const places = g.node("Add", [bounded, g.wholes("farthest", far)], "places of distances");
  const square = g.node("Gather", [g.wholes("rows of distances", rows), places], "rows of pairs");
  const batch = g.node("Shape", [g.input("input_ids")], "relative batch", { start: { int: 0 }, end: { int: 1 } });
  const shape = [batch, g.wholes("heads of an index", [heads]), length, length];
  const whole = g.node("Concat", shape, "index shape", { axis: { int: 0 } });
  g.node("Expand", [square, whole], "relative index");
  g.node("Expand", [g.node("Transpose", [square], "rows of pairs by key"), whole], "relative index by key");
}

/**
 * Terms of the scores in ONNX, [batch, heads, length, length] each: of queries and of keys [batch, heads, length, size] by head.
 */
export function termsGraph(
  g: OnnxGraph,
  { projections }: Relative,
  at: string,
  {
    table,
    query,
    key,
    heads,
    size,
  }: Readonly<Record<"table" | "query" | "key", string>> & Readonly<Record<"heads" | "size", number>>,
): readonly string[] {
  const products = (part: "keys" | "queries", x: string): string | null => {
    const projection = projections[part];
    if (projection === null) return null;
    const name = `${at}.${projection.name}`;
    const output = `${name} of the table`;
    const rows = projection.biased ? g.linear(name, table, output) : g.product(name, table);
    const split = g.node("Reshape", [rows, g.wholes("table by head", [-1, heads, size])], `${output} heads`);
    const byHead = g.node("Transpose", [split], `${output} by head`, { perm: { ints: [1, 2, 0] } });
    return g.node("MatMul", [x, byHead], `${at} ${part} of distances`);
  };
  const [toKeys, toQueries] = [products("keys", query), products("queries", key)];
  const terms: string[] = [];
  const axis = { axis: { int: 3 } };
  if (toKeys !== null)
    terms.push(g.node("GatherElements", [toKeys, "relative index"], `${at} content to position`, axis));
  if (toQueries !== null) {
    const byKey = g.node("GatherElements", [toQueries, "relative index by key"], `${at} by key`, axis);
    terms.push(g.node("Transpose", [byKey], `${at} position to content`, { perm: { ints: [0, 1, 3, 2] } }));
  }
  return terms;
}
