import { placesOf } from "../../analysis/subnetwork/places.ts";
import type { DriftRecord, SubnetworkSnapshot, WatchedLayer } from "../../contract/subnetwork.ts";
import type { Moment } from "./moments.ts";
import { driftParts, timesBins } from "./watch.ts";
import type { Watch, WatchedParam } from "./watch.ts";

/** What the words of Watch.counts say. `seen`: selections looked at so far, this one among them. */
export function snapshotOf(
  watch: Pick<Watch, "params" | "layers" | "headCount">,
  words: Uint32Array,
  { step, cycle }: Pick<Moment, "step" | "cycle">,
  seen: number,
): SubnetworkSnapshot {
  const { params, layers, headCount } = watch;
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  const counts = params.map(({ matrix: { rows, cols }, rowsAt, colsAt }) => ({
    rows: words.subarray(rowsAt, rowsAt + rows),
    cols: words.subarray(colsAt, colsAt + cols),
  }));
  const matrices = params.map(({ matrix }) => matrix);
  return {
    step,
    cycle,
    layers: layers.map(({ layer, size, at }): WatchedLayer => {
      const [kept = 0, both = 0] = words.subarray(at, at + 2);
      const times = Array.from(words.subarray(at + 2, at + 2 + Math.min(seen + 1, timesBins)));
      return { layer, size, kept, both: seen > 1 ? both : null, times };
    }),
    places: layers.length === 0 ? [] : placesOf(matrices, headCount, counts),
    drift: params.map((one) => driftOf(floats, one)),
  };
}

function driftOf(floats: Float32Array, { driftAt }: WatchedParam): DriftRecord {
  const sums = [0, 0, 0, 0];
  for (let at = 0; at < driftParts * 4; at++) sums[at % 4] = (sums[at % 4] ?? 0) + (floats[driftAt + at] ?? 0);
  const [selected = 0, selectedStart = 0, leftOut = 0, leftOutStart = 0] = sums;
  return { selected: ratioOf(selected, selectedStart), leftOut: ratioOf(leftOut, leftOutStart) };
}

/** null where there is nothing to compare with: no weights, or all of them began at 0. */
function ratioOf(moved: number, start: number): number | null {
  return start === 0 ? null : Math.sqrt(moved / start);
}
