import type { SubnetworkRecord, WatchedMatrix } from "../../contract/subnetwork.ts";
import { sizeOf } from "../../core/shape.ts";
import type { Arena } from "../../gpu/arena.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { DrawnMasks, MethodRun } from "../../methods/method.ts";
import { layerOf } from "../../nn/params.ts";
import type { Param, ParamSet } from "../../nn/params.ts";

/** Parts over which the drift of a matrix is summed on the device. */
export const driftParts = 64;
/** Values that a byte of times selected has. */
export const timesBins = 256;

/** A matrix that is watched, and where its numbers lie. */
export interface WatchedParam {
  readonly param: Param;
  readonly matrix: WatchedMatrix;
  /** The method's own bits; null: drawn anew, or none. */
  readonly mask: Tensor | null;
  /** u32 [ceil(N / 4)]: a byte a weight; null where nothing is selected. */
  readonly times: Tensor | null;
  /** Words of Watch.counts: by row, by column, those of its layer, and sums of its drift. */
  readonly rowsAt: number;
  readonly colsAt: number;
  readonly layerAt: number;
  readonly driftAt: number;
  /** The first word of its bits in Watch.masks. */
  readonly bitsAt: number;
}

/** Layers in the order of their first matrix; null: outside the layers. */
export interface WatchedPlace {
  readonly layer: number | null;
  readonly size: number;
  /** Words of Watch.counts: kept, both, and how many weights were selected how often [256]. */
  readonly at: number;
}

/** What a run that is watched has beside it: memory of the purpose "view", which nothing of the run itself reads. */
export interface Watch {
  readonly drawn: SubnetworkRecord["drawn"];
  readonly headCount: number;
  readonly params: readonly WatchedParam[];
  readonly layers: readonly WatchedPlace[];
  /** Draws masks; null: they are chosen, or there are none. */
  readonly source: DrawnMasks | null;
  /** u32: all that is read back of a snapshot. */
  readonly counts: Tensor;
  /** u32: bits of all matrices one after another, as last seen; null where nothing is selected. */
  readonly masks: Tensor | null;
  readonly uploadInitial: (name: string, into: Tensor) => void;
}

/** What a watch is laid over. */
export interface WatchedRun {
  readonly method: MethodRun;
  readonly params: ParamSet;
  readonly headCount: number;
  /** World.uploadInitial */
  readonly uploadInitial: (name: string, into: Tensor) => void;
}

/** u32 words of a matrix's mask. */
export function wordsOf({ param: { spec } }: Pick<WatchedParam, "param">): number {
  return Math.ceil(sizeOf(spec.shape) / 32);
}

/** Lays out and reserves what watching a run takes. Purpose: view. */
export function reserveWatch(mem: Arena, { method, params, headCount, uploadInitial }: WatchedRun): Watch {
  const { selections, drawn: source = null } = method;
  const chosen = selections?.matrices.map(({ param, mask }) => ({ param, mask }));
  const others = params.list.filter(({ spec }) => spec.selectable).map((param) => ({ param, mask: null }));
  const selects = selections !== undefined || source !== null;
  const layers = new Map<number | null, { layer: number | null; size: number; at: number }>();
  let [words, bits] = [0, 0];
  const take = (count: number): number => (words += count) - count;
  const watched = (chosen ?? others).map(({ param, mask }): WatchedParam => {
    const { spec } = param;
    const layer = layerOf(spec);
    const [rows = 1, cols = 1] = spec.shape;
    const size = rows * cols;
    const place = layers.get(layer) ?? { layer, size: 0, at: take(2 + timesBins) };
    layers.set(layer, place);
    place.size += size;
    const bitsAt = bits;
    bits += Math.ceil(size / 32);
    return {
      param,
      matrix: { name: spec.name, layer, part: spec.part, rows, cols },
      mask,
      times: selects ? mem.tensor("view", `times ${spec.name}`, [Math.ceil(size / 4)], "u32") : null,
      rowsAt: take(rows),
      colsAt: take(cols),
      layerAt: place.at,
      driftAt: take(driftParts * 4),
      bitsAt,
    };
  });
  return {
    drawn: drawnBy(method),
    headCount,
    params: watched,
    layers: selects ? [...layers.values()] : [],
    source,
    counts: mem.tensor("view", "subnetwork counts", [words], "u32"),
    masks: selects ? mem.tensor("view", "subnetwork masks", [bits], "u32") : null,
    uploadInitial,
  };
}

function drawnBy({ selections, drawn }: MethodRun): SubnetworkRecord["drawn"] {
  if (selections !== undefined) return { unit: "weight", share: selections.share };
  return drawn === undefined ? null : { unit: drawn.unit, share: drawn.share };
}
