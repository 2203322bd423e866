import { evenSteps } from "../../analysis/curves.ts";
import type { MatrixSelection, SelectionRecord } from "../../contract/run.ts";
import { formatWhole } from "../../core/format.ts";
import type { MapMeasure, ViewSlice } from "./view.ts";

/** One cell: a matrix, or a layer in one cycle. */
export interface MapCell {
  /** Share or overlap 0 to 1, or the threshold; null where it is undefined (the overlap of a first cycle). */
  readonly value: number | null;
  readonly title: string;
}

/** A heat map as plain data, ready to draw or to read out. */
export interface SelectionMap {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly label: string; readonly cells: readonly (MapCell | null)[] }[];
  /** Values between which the colours run. */
  readonly domain: readonly [number, number];
  readonly cycleCount: number;
  /** Cycle shown, from 0; null for all of them. */
  readonly cycle: number | null;
}

const columnLimit = 48;

/** "bert.encoder.layer.3.attention.self.query.weight" becomes "attention query"; what every name shares is dropped. */
export function matrixKind(matrix: Pick<MatrixSelection, "name" | "layer">): string {
  const parts = matrix.name.replace(/\.weight$/, "").split(".");
  const at = matrix.layer === null ? -1 : parts.lastIndexOf(String(matrix.layer));
  const own = at >= 0 ? parts.slice(at + 1) : parts.slice(-2);
  const words = own.filter((part) => part !== "dense" && part !== "self");
  // Two words tell the weight matrices apart, but not the biases and LayerNorms of attention and feed-forward.
  if (words.includes("bias") || words.includes("LayerNorm")) return words.join(" ");
  return (words.length === 0 ? own : words).slice(-2).join(" ");
}

function rowLabel(matrix: MatrixSelection): string {
  return matrix.layer === null ? (matrixKind(matrix).split(" ").at(-1) ?? matrix.name) : `Layer ${matrix.layer + 1}`;
}

function measureOf(matrix: MatrixSelection, measure: MapMeasure): number | null {
  if (measure === "overlap") return matrix.overlap;
  if (measure === "share") return matrix.kept / matrix.size;
  return matrix.threshold;
}

/** Weighted by size, so that a layer's share is the share of its weights. */
function overall(matrices: readonly MatrixSelection[], measure: MapMeasure): number | null {
  let total = 0;
  let size = 0;
  for (const matrix of matrices) {
    const value = measureOf(matrix, measure);
    if (value === null || !Number.isFinite(value)) continue;
    total += value * matrix.size;
    size += matrix.size;
  }
  return size === 0 ? null : total / size;
}

function describe(name: string, matrices: readonly MatrixSelection[], cycle: number): string {
  const kept = matrices.reduce((sum, matrix) => sum + matrix.kept, 0);
  const size = matrices.reduce((sum, matrix) => sum + matrix.size, 0);
  const overlap = overall(matrices, "overlap");
  const again = overlap === null ? "" : `, overlap with the cycle before ${overlap.toFixed(3)}`;
  const threshold = matrices.length === 1 ? `, threshold ${matrices[0]?.threshold.toExponential(2)}` : "";
  return `${name}, cycle ${cycle + 1}: ${formatWhole(kept)} of ${formatWhole(size)} kept${again}${threshold}`;
}

function cellOf(
  name: string,
  matrices: readonly MatrixSelection[],
  cycle: number,
  measure: MapMeasure,
): MapCell | null {
  if (matrices.length === 0) return null;
  return { value: overall(matrices, measure), title: describe(name, matrices, cycle) };
}

function domainOf(values: readonly number[], measure: MapMeasure): readonly [number, number] {
  if (measure !== "threshold") return [0, 1];
  return values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)];
}

function rowLabels(selections: readonly SelectionRecord[]): string[] {
  return [...new Set(selections.flatMap((selection) => selection.matrices.map(rowLabel)))];
}

/** The heat map of a run's selections; null while there are none. */
export function selectionMap(
  selections: readonly SelectionRecord[],
  view: Pick<ViewSlice, "mapMeasure" | "mapCycle" | "mapColumns">,
): SelectionMap | null {
  const latest = selections.at(-1);
  if (latest === undefined) return null;
  const one = selections.find((selection) => selection.cycle === view.mapCycle) ?? latest;
  const map = view.mapColumns === "matrices" ? byMatrix(one, view.mapMeasure) : byCycle(selections, view.mapMeasure);
  const values = map.rows.flatMap((row) => row.cells.flatMap((cell) => cell?.value ?? []));
  const cycle = view.mapColumns === "matrices" ? one.cycle : null;
  return { ...map, domain: domainOf(values, view.mapMeasure), cycleCount: selections.length, cycle };
}

function byMatrix(one: SelectionRecord, measure: MapMeasure): Pick<SelectionMap, "columns" | "rows"> {
  const layered = one.matrices.filter((matrix) => matrix.layer !== null);
  const columns = [...new Set((layered.length > 0 ? layered : one.matrices).map(matrixKind))];
  const rows = rowLabels([one]).map((label) => {
    const own = one.matrices.filter((matrix) => rowLabel(matrix) === label);
    const alone = own.some((matrix) => matrix.layer === null);
    const cells = columns.map((column, index) => {
      // A matrix outside the layers has no kind of theirs; it stands in the first column of its own row.
      const matrices = alone ? (index === 0 ? own : []) : own.filter((matrix) => matrixKind(matrix) === column);
      return cellOf(alone ? label : `${label} ${column}`, matrices, one.cycle, measure);
    });
    return { label, cells };
  });
  return { columns, rows };
}

function byCycle(selections: readonly SelectionRecord[], measure: MapMeasure): Pick<SelectionMap, "columns" | "rows"> {
  const drawn = evenSteps(
    selections.map((_, index) => index),
    columnLimit,
  ).flatMap((index) => selections[index] ?? []);
  const rows = rowLabels(selections).map((label) => ({
    label,
    cells: drawn.map(({ matrices, cycle }) => {
      const own = matrices.filter((matrix) => rowLabel(matrix) === label);
      return cellOf(label, own, cycle, measure);
    }),
  }));
  return { columns: drawn.map(({ cycle }) => String(cycle + 1)), rows };
}
