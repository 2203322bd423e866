import { cellName, type CellDensity } from "../../../analysis/subnetwork/density.ts";
import { layerWord } from "../../../analysis/subnetwork/words.ts";
import type { SubnetworkOverlaps } from "../../../contract/subnetwork.ts";
import type { GrowingRun } from "../archive.ts";
import { comparable, coreAt, driftAt, overlapOf, whereOf } from "./figures.ts";
import { matrixWord, type SubnetworkScene } from "./scene.ts";
import type { SubnetworkLook } from "../view.ts";

/** One number of the view. */
export interface SubnetworkFigure {
  /** Which of the pictures it is in. */
  readonly picture: string;
  /** From 1. */
  readonly cycle: number;
  readonly of: string;
  readonly value: number | null;
  /** What random masks would have; null: nothing to compare with. */
  readonly chance: number | null;
  /** Two standard deviations of a random mask. */
  readonly spread: number | null;
}

type Row = Pick<SubnetworkFigure, "of" | "value"> & Partial<Pick<SubnetworkFigure, "chance" | "spread" | "cycle">>;

/** The numbers behind the pictures, as they stand at the stop on show; movement: of all cycles. */
export function subnetworkFigures(
  runs: readonly GrowingRun[],
  overlaps: SubnetworkOverlaps | null,
  scene: SubnetworkScene,
  scope: SubnetworkLook["scope"],
): readonly SubnetworkFigure[] {
  const cycle = (scene.stop?.cycle ?? 0) + 1;
  const rows = (picture: string, all: readonly Row[]): SubnetworkFigure[] =>
    all.map((row) => ({ picture, cycle, chance: null, spread: null, ...row }));
  const choices = comparable(runs, overlaps, scene.run);
  return [
    ...rows("Where, share selected", whereRows(scene)),
    ...rows("Swapped since the cycle before", movementRows(scene)),
    ...rows("Core, share of weights by times selected", coreRows(scene, scope)),
    ...rows(
      "Jaccard index of runs",
      choices.flatMap((among) => overlapRows(runs, overlaps, scene, among)),
    ),
    ...rows("Drift", driftRows(runs, scene, scope)),
    ...rows("Selection by matrix, share selected", matrixRows(scene)),
    ...rows("Selection by matrix, threshold", matrixRows(scene, "threshold")),
  ];
}

function whereRows(scene: SubnetworkScene): readonly Row[] {
  const where = whereOf(scene);
  const row = (layer: number, { cell, density, sd }: CellDensity): Row => ({
    of: `${layerWord(layer)} · ${cellName(cell)}`,
    value: density,
    chance: scene.drawn.share,
    spread: 2 * sd,
  });
  return (where?.layers ?? []).flatMap(({ layer, heads, neurons, dims }) =>
    [...heads, ...neurons, ...dims].flatMap((one) => (one === null ? [] : [row(layer, one)])),
  );
}

function movementRows({ movement, drawn }: SubnetworkScene): readonly Row[] {
  return movement.flatMap(({ cycle, layers }) =>
    layers.map(({ layer, swapped }) => ({
      of: layerWord(layer),
      cycle: cycle + 1,
      value: swapped,
      chance: 1 - drawn.share,
    })),
  );
}

function coreRows(scene: SubnetworkScene, scope: SubnetworkLook["scope"]): readonly Row[] {
  const core = coreAt(scene, scope);
  return (core?.shares ?? []).map((value, times) => ({
    of: `${times} times`,
    value,
    chance: core?.chance[times] ?? null,
  }));
}

function overlapRows(
  runs: readonly GrowingRun[],
  overlaps: SubnetworkOverlaps | null,
  { run }: SubnetworkScene,
  among: SubnetworkLook["among"],
): readonly Row[] {
  const found = overlapOf(runs, overlaps, run, among);
  if (found === null) return [];
  const { names, values, chance } = found;
  return names.flatMap((name, at) =>
    names.slice(at + 1).map((other, after) => {
      const place = at + 1 + after;
      return { of: `${name} and ${other}`, value: values[at]?.[place] ?? null, chance: chance[at]?.[place] ?? null };
    }),
  );
}

function driftRows(
  runs: readonly GrowingRun[],
  scene: SubnetworkScene,
  scope: SubnetworkLook["scope"],
): readonly Row[] {
  const drift = driftAt(runs, scene, scope);
  const label = drift?.reference?.label;
  return (drift?.rows ?? []).flatMap(({ layer, matrix, selected, leftOut, reference }) => {
    const name = matrix === null ? layerWord(layer) : `${layerWord(layer)} · ${matrixWord(matrix)}`;
    const others = label === undefined ? [] : [{ of: `${name}, ${label}`, value: reference }];
    return [{ of: `${name}, selected`, value: selected }, { of: `${name}, left out`, value: leftOut }, ...others];
  });
}

/** What a selection says of each matrix, watched or not. */
function matrixRows({ run, stop, record }: SubnetworkScene, what: "kept" | "threshold" = "kept"): readonly Row[] {
  const nameOf = (name: string): string => {
    const matrix = record?.matrices.find((one) => one.name === name);
    return matrix === undefined ? name : `${layerWord(matrix.layer)} · ${matrixWord(matrix)}`;
  };
  const selection = run.selections.find(({ cycle }) => cycle === stop?.cycle);
  return (selection?.matrices ?? []).map(({ name, kept, size, threshold }) => ({
    of: nameOf(name),
    value: what === "kept" ? kept / size : threshold,
  }));
}
