import type { RunRecord } from "../../contract/run.ts";
import type { SubnetworkRecord, SubnetworkSnapshot, WatchedMatrix } from "../../contract/subnetwork.ts";

/** How far weights went from where they began, ‖W − W0‖ / ‖W0‖; null where there are none, or nobody looked. */
export interface DriftRow {
  /** Layer, and of a single one its matrix; null: outside the layers. */
  readonly layer: number | null;
  readonly matrix: WatchedMatrix | null;
  readonly selected: number | null;
  readonly leftOut: number | null;
  /** Of a run that selects nothing, over all weights. */
  readonly reference: number | null;
}

/** A run's weights at one of its snapshots. */
interface Looked {
  readonly matrices: SubnetworkRecord["matrices"];
  readonly snapshot: SubnetworkSnapshot;
}

/** The snapshot that is nearest to a step; null without any. */
export function nearestTo(snapshots: readonly SubnetworkSnapshot[], step: number): SubnetworkSnapshot | null {
  let best: SubnetworkSnapshot | null = null;
  for (const one of snapshots) {
    if (best === null || Math.abs(one.step - step) < Math.abs(best.step - step)) best = one;
  }
  return best;
}

/** A run at the snapshot that is nearest to a step; null without any. */
export function lookedAt(run: Pick<RunRecord, "subnetwork"> | undefined, step: number): Looked | null {
  const record = run?.subnetwork ?? null;
  const snapshot = nearestTo(record?.snapshots ?? [], step);
  return record === null || snapshot === null ? null : { matrices: record.matrices, snapshot };
}

/** A watched run of the same seed whose method selects nothing, at a setting that is the same as far as both have it. */
export function referenceRun<T extends RunRecord>(
  runs: readonly T[],
  { seed, setting }: Pick<RunRecord, "seed" | "setting">,
): T | undefined {
  return runs.find(
    (one) =>
      one.seed === seed &&
      one.subnetwork?.drawn === null &&
      one.subnetwork.snapshots.length > 0 &&
      Object.entries(one.setting).every(([field, value]) => !Object.hasOwn(setting, field) || setting[field] === value),
  );
}

/** Of every matrix of a layer. */
export function driftByMatrix(of: Looked, reference: Looked | null, layer: number | null): readonly DriftRow[] {
  return of.matrices.flatMap((matrix, index) => {
    if (matrix.layer !== layer) return [];
    const { selected = null, leftOut = null } = of.snapshot.drift[index] ?? {};
    return [{ layer, matrix, selected, leftOut, reference: driftOf(reference, matrix.name) }];
  });
}

function driftOf(run: Looked | null, name: string): number | null {
  const at = run?.matrices.findIndex((matrix) => matrix.name === name) ?? -1;
  return run?.snapshot.drift[at]?.selected ?? null;
}

/** Of every layer: the mean over its matrices, by their weights. */
export function driftByLayer(of: Looked, reference: Looked | null): readonly DriftRow[] {
  return [...new Set(of.matrices.map(({ layer }) => layer))].map((layer) => {
    const rows = driftByMatrix(of, reference, layer);
    return {
      layer,
      matrix: null,
      selected: meanOf(rows, (row) => row.selected),
      leftOut: meanOf(rows, (row) => row.leftOut),
      reference: meanOf(rows, (row) => row.reference),
    };
  });
}

function meanOf(rows: readonly DriftRow[], value: (row: DriftRow) => number | null): number | null {
  let sum = 0;
  let size = 0;
  for (const row of rows) {
    const one = value(row);
    if (one === null || !Number.isFinite(one) || row.matrix === null) continue;
    const weights = row.matrix.rows * row.matrix.cols;
    sum += one * weights;
    size += weights;
  }
  return size === 0 ? null : sum / size;
}
