import type { ParamSpec } from "../params.ts";

/** Where a parameter stands: its group, and its depth as in ParamSpec. */
export type Place = Pick<ParamSpec, "group" | "depth">;

/** The table [rows, columns] of words: the largest of a model, which may be cut. */
export function wordTableSpec(name: string, rows: number, columns: number): ParamSpec {
  return { ...tableSpec(name, rows, columns), byRows: true };
}

/** A table [rows, columns] of embeddings. */
export function tableSpec(name: string, rows: number, columns: number, trained = true): ParamSpec {
  const place: Place = { group: "embeddings", depth: 0 };
  return {
    name: `${name}.weight`,
    shape: [rows, columns],
    ...place,
    decay: true,
    selectable: false,
    part: null,
    init: "normal",
    trained,
  };
}

/** A Linear's weight [outputs, inputs] and bias [outputs]; `part`: ParamSpec.part of the weight. */
export function linearSpecs(
  name: string,
  outputs: number,
  inputs: number,
  place: Place,
  part: ParamSpec["part"] = null,
): readonly [ParamSpec, ParamSpec] {
  const weight = { name: `${name}.weight`, shape: [outputs, inputs], ...place };
  const bias = { name: `${name}.bias`, shape: [outputs], ...place };
  return [
    { ...weight, decay: true, selectable: true, part, init: "normal", trained: true },
    { ...bias, decay: false, selectable: false, part: null, init: "zeros", trained: true },
  ];
}

/** A LayerNorm's weight and bias [size]. */
export function normSpecs(name: string, size: number, place: Place): readonly ParamSpec[] {
  const still = { shape: [size], ...place, decay: false, selectable: false, part: null, trained: true };
  return [
    { ...still, name: `${name}.weight`, init: "ones" },
    { ...still, name: `${name}.bias`, init: "zeros" },
  ];
}
