import { coreOf, type Core } from "../../../analysis/subnetwork/core.ts";
import {
  densitiesIn,
  deviationLimit,
  notableShare,
  type LayerDensities,
} from "../../../analysis/subnetwork/density.ts";
import {
  driftByLayer,
  driftByMatrix,
  lookedAt,
  referenceRun,
  type DriftRow,
} from "../../../analysis/subnetwork/drift.ts";
import { chanceJaccard, jaccardBetween } from "../../../analysis/subnetwork/overlap.ts";
import { subnetworkSentences } from "../../../analysis/subnetwork/sentence.ts";
import type { SubnetworkOverlaps, SubnetworkSnapshot } from "../../../contract/subnetwork.ts";
import type { GrowingRun } from "../archive.ts";
import { selectingRuns, type SubnetworkScene } from "./scene.ts";
import type { SubnetworkLook } from "../view.ts";

/** Where the weights of a snapshot sit; the limit is that of all snapshots, so that playing changes no colour's meaning. */
interface Where {
  readonly layers: readonly LayerDensities[];
  readonly limit: number;
  readonly share: number;
}

/** By the list of snapshots, which grows in place, how long it was and what came of it. */
const limits = new WeakMap<readonly SubnetworkSnapshot[], { readonly count: number; readonly limit: number }>();

/** Densities of every place at the stop on show; null where nobody counted. */
export function whereOf({ record, drawn, stop }: SubnetworkScene): Where | null {
  const shown = stop?.snapshot ?? null;
  if (record === null || shown === null || shown.places.length === 0) return null;
  const of = (snapshot: SubnetworkSnapshot): readonly LayerDensities[] => densitiesIn(record, snapshot, drawn);
  const { snapshots } = record;
  const before = limits.get(snapshots);
  const limit = before?.count === snapshots.length ? before.limit : deviationLimit(snapshots.flatMap(of));
  limits.set(snapshots, { count: snapshots.length, limit });
  return { layers: of(shown), limit, share: drawn.share };
}

/** Weights by how often they were selected, of all layers or of one; null where nobody counted. */
export function coreAt({ drawn, stop, layer }: SubnetworkScene, scope: SubnetworkLook["scope"]): Core | null {
  const shown = stop?.snapshot ?? null;
  if (shown === null) return null;
  return scope === "all" ? coreOf(shown, drawn.share) : coreOf(shown, drawn.share, layer);
}

/** What the pictures say, in sentences. */
export function sentencesOf(scene: SubnetworkScene): readonly string[] {
  const where = whereOf(scene);
  return subnetworkSentences({
    share: scene.drawn.share,
    once: scene.once,
    movement: scene.movement.filter(({ cycle }) => cycle <= (scene.stop?.cycle ?? -1)),
    core: coreAt(scene, "all"),
    notable: where === null ? null : notableShare(where.layers),
  });
}

/** How far weights went, and what that is held against. */
interface Drift {
  readonly rows: readonly DriftRow[];
  /** Largest value over all stops. */
  readonly most: number;
  readonly reference: { readonly label: string; readonly step: number } | null;
}

/** Drift at the stop on show, by layer or by the matrices of one; null where nobody looked. */
export function driftAt(
  runs: readonly GrowingRun[],
  { run, record, stop, layer }: SubnetworkScene,
  scope: SubnetworkLook["scope"],
): Drift | null {
  const shown = stop?.snapshot ?? null;
  if (record === null || shown === null) return null;
  const other = referenceRun(runs, run);
  const rowsAt = (snapshot: SubnetworkSnapshot): readonly DriftRow[] => {
    const reference = lookedAt(other, snapshot.step);
    const looked = { matrices: record.matrices, snapshot };
    return scope === "all" ? driftByLayer(looked, reference) : driftByMatrix(looked, reference, layer);
  };
  const all = record.snapshots
    .flatMap(rowsAt)
    .flatMap(({ selected, leftOut, reference }) => [selected ?? 0, leftOut ?? 0, reference ?? 0]);
  const near = lookedAt(other, shown.step)?.snapshot ?? null;
  return {
    rows: rowsAt(shown),
    most: Math.max(0, ...all.filter((value) => Number.isFinite(value))),
    reference: other === undefined || near === null ? null : { label: other.label, step: near.step },
  };
}

/** More runs would leave no room for their numbers. */
const mostCompared = 12;

/** Runs whose last selections are compared with that of the run on show. */
interface Overlap {
  readonly names: readonly string[];
  readonly values: readonly (readonly (number | null)[])[];
  readonly chance: readonly (readonly number[])[];
  readonly chosen: number;
  /** Runs that there was no room for. */
  readonly leftOut: number;
}

/** Which comparisons there are: at least two runs each. */
export function comparable(
  runs: readonly GrowingRun[],
  overlaps: SubnetworkOverlaps | null,
  run: GrowingRun,
): readonly SubnetworkLook["among"][] {
  return (["seeds", "methods"] as const).filter((among) => comparedRuns(runs, overlaps, run, among).length > 1);
}

function comparedRuns(
  runs: readonly GrowingRun[],
  overlaps: SubnetworkOverlaps | null,
  run: GrowingRun,
  among: SubnetworkLook["among"],
): readonly GrowingRun[] {
  const setting = JSON.stringify(run.setting);
  return selectingRuns(runs).filter(
    (one) =>
      overlaps?.runs.includes(one.id) === true &&
      (among === "seeds"
        ? one.method === run.method && JSON.stringify(one.setting) === setting
        : one.seed === run.seed),
  );
}

/** How alike the last selections are, over the seeds of a method or over the methods of a seed; null for fewer than two. */
export function overlapOf(
  runs: readonly GrowingRun[],
  overlaps: SubnetworkOverlaps | null,
  run: GrowingRun,
  among: SubnetworkLook["among"],
): Overlap | null {
  const all = comparedRuns(runs, overlaps, run, among);
  if (overlaps === null || all.length < 2) return null;
  const shown = all.slice(0, mostCompared);
  const twice = new Set(shown.map(({ method }) => method)).size < shown.length;
  const settingOf = ({ setting }: GrowingRun): string => Object.values(setting).join(" ");
  const names = shown.map((one) => {
    if (among === "seeds") return `seed ${one.seed}`;
    return twice ? `${one.label} ${settingOf(one)}`.trim() : one.label;
  });
  const share = (one: GrowingRun): number => one.subnetwork?.drawn?.share ?? 0;
  return {
    names,
    values: shown.map((one) => shown.map((other) => jaccardBetween(overlaps, one.id, other.id))),
    chance: shown.map((one) => shown.map((other) => chanceJaccard(share(one), share(other)))),
    chosen: shown.findIndex(({ id }) => id === run.id),
    leftOut: all.length - shown.length,
  };
}
