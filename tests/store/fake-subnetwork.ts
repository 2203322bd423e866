import type { ExperimentResult } from "../../src/contract/run.ts";
import {
  matricesOf,
  overlapsOf,
  randomMasks,
  recordOf,
  settlingMasks,
  type MaskedModel,
  type Masks,
} from "../analysis/subnetwork/masks.ts";

/** A result whose runs were watched, and the masks that it was counted from, by run. */
export interface WatchedResult {
  readonly result: ExperimentResult;
  readonly masks: ReadonlyMap<string, Masks>;
}

/** How a method of the fake selects: by a score that settles, at random, once, or not. */
type FakeSelecting = "settling" | "columns" | "weights" | "once" | "nothing";

const shares = { settling: 0.7, columns: 0.3, weights: 0.3, once: 0.3, nothing: 1 };

/** Masks as such a method would have them. */
function fakeMasks(model: MaskedModel, how: FakeSelecting, count: number, seed: number): Masks {
  const matrices = matricesOf(model);
  const share = shares[how];
  if (how === "settling") return settlingMasks(matrices, count, share, seed);
  if (how === "once") return settlingMasks(matrices, 1, share, seed);
  return randomMasks(matrices, count, { unit: how === "columns" ? "column" : "weight", share }, seed);
}

/** Gives the runs of a result subnetworks; `how`: by method. Masks of the value matrix of the first layer are kept. */
export function watchedResult(
  result: ExperimentResult,
  model: MaskedModel,
  how: Readonly<Record<string, FakeSelecting>>,
  count: number,
): WatchedResult {
  const masks = new Map<string, Masks>();
  const runs = result.runs.map((run) => {
    const one = how[run.method] ?? "nothing";
    const own = fakeMasks(model, one, count, run.seed);
    if (one !== "nothing") masks.set(run.id, own);
    const drawn = { unit: one === "columns" ? ("column" as const) : ("weight" as const), share: shares[one] };
    const record = recordOf(model, own, one === "nothing" ? null : drawn, one === "nothing" ? [] : [2]);
    if (one === "nothing") return { ...run, selections: [], subnetwork: unselected(record) };
    const last = record.snapshots.at(-1);
    const again = one === "once" && last !== undefined ? [{ ...last, step: run.stepCount }] : [];
    return { ...run, subnetwork: { ...record, snapshots: [...record.snapshots, ...again] } };
  });
  return { result: { ...result, runs, overlaps: overlapsOf([...masks]) }, masks };
}

function unselected(record: ReturnType<typeof recordOf>): ReturnType<typeof recordOf> {
  const snapshots = record.snapshots.map((one) => ({
    ...one,
    layers: [],
    places: [],
    drift: one.drift.map(({ selected }) => ({ selected: 0.8 * (selected ?? 0), leftOut: null })),
  }));
  return { ...record, snapshots };
}
