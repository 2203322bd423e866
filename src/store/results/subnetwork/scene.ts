import { cellsOf, headParts, placedLayers, type Block, type PlaceCell } from "../../../analysis/subnetwork/cells.ts";
import { cellName, type Drawn } from "../../../analysis/subnetwork/density.ts";
import { selectionsIn, type Movement } from "../../../analysis/subnetwork/movement.ts";
import { drawnOf, movementIn, selects, watchedIn } from "../../../analysis/subnetwork/run.ts";
import type { SubnetworkRecord, SubnetworkSnapshot, WatchedMatrix } from "../../../contract/subnetwork.ts";
import type { GrowingRun } from "../archive.ts";
import type { SubnetworkLook } from "../view.ts";

/** A place on the slider: what is known of a run's selection at one step. */
export interface Stop {
  readonly step: number;
  /** From 0. */
  readonly cycle: number;
  /** Shows the selection of the stop before once more, after the last step. */
  readonly after: boolean;
  /** null in a run that nobody watched. */
  readonly snapshot: SubnetworkSnapshot | null;
}

/** What the subnetwork view shows: one run at one stop. */
export interface SubnetworkScene {
  readonly run: GrowingRun;
  /** null: nobody watched the run, or it is of an earlier version; its selections are known all the same. */
  readonly record: SubnetworkRecord | null;
  /** What a random mask would be. */
  readonly drawn: Drawn;
  /** true where the method makes its selection once. */
  readonly once: boolean;
  readonly stops: readonly Stop[];
  /** Place of the stop on show; −1 before the first. */
  readonly at: number;
  readonly stop: Stop | null;
  /** The layer that is looked at closely; null: what lies outside the layers. */
  readonly layer: number | null;
  /** Of all selections so far, not only those up to the stop. */
  readonly movement: readonly Movement[];
}

/** Runs of methods that select, which have begun. */
export function selectingRuns(runs: readonly GrowingRun[]): readonly GrowingRun[] {
  return runs.filter(selects);
}

/** The run that was chosen, else one that is going on, else the first; null without any. */
function shownRun(runs: readonly GrowingRun[], chosen: string | null): GrowingRun | null {
  const among = selectingRuns(runs);
  return among.find(({ id }) => id === chosen) ?? among.find(({ status }) => status === "running") ?? among[0] ?? null;
}

/** What is on show; null while no run selects. */
export function subnetworkScene(
  runs: readonly GrowingRun[],
  look: Pick<SubnetworkLook, "run" | "stop" | "layer">,
): SubnetworkScene | null {
  const run = shownRun(runs, look.run);
  if (run === null) return null;
  const record = watchedIn(run);
  const drawn = drawnOf(run);
  const stops = record === null ? stopsOfSelections(run) : stopsOf(record);
  const at = Math.min(look.stop ?? Infinity, stops.length - 1);
  const movement = movementIn(run);
  const ended = run.status !== "running";
  const once =
    stops.length > 0 &&
    new Set(stops.map(({ cycle }) => cycle)).size === 1 &&
    (ended || stops.some(({ step }) => step === 0));
  const layer = shownLayer(record, look.layer);
  return { run, record, drawn, once, stops, at, stop: stops[at] ?? null, layer, movement };
}

function stopsOf({ snapshots }: SubnetworkRecord): readonly Stop[] {
  const selections = new Set(selectionsIn(snapshots));
  return snapshots.map((snapshot) => ({
    step: snapshot.step,
    cycle: snapshot.cycle,
    after: !selections.has(snapshot),
    snapshot,
  }));
}

function stopsOfSelections({ selections }: GrowingRun): readonly Stop[] {
  return selections.map(({ step, cycle }) => ({ step, cycle, after: false, snapshot: null }));
}

/** The layer that was chosen; else the one of which a result keeps masks, or the last. */
function shownLayer(record: SubnetworkRecord | null, chosen: SubnetworkLook["layer"]): number | null {
  const layers = record === null ? [] : layersIn(record);
  const wanted = chosen === "outside" ? null : chosen;
  if (chosen !== null && (record === null || layers.includes(wanted))) return wanted;
  const kept = record?.matrices.find(({ name }) => record.masks.some(({ matrix }) => matrix === name));
  return kept?.layer ?? layers.findLast((layer) => layer !== null) ?? null;
}

/** Something to look at closely: a place, or a whole matrix. */
export interface Spot {
  /** Unique in its layer; the same in every layer and run of a model. */
  readonly id: string;
  /** "head 2 · value", "pooler". */
  readonly name: string;
  readonly group: "Heads" | "Neurons" | "Dimensions" | "Whole matrices";
  /** Parts of matrices that are in it; one of them is looked at. */
  readonly blocks: readonly Block[];
}

/** Layers to choose from, the first first; null: what lies outside the layers. */
export function layersIn(record: SubnetworkRecord): readonly (number | null)[] {
  const outside = record.matrices.some(({ layer }) => layer === null);
  const layers = [...new Set(record.matrices.flatMap(({ layer }) => layer ?? []))].sort((a, b) => a - b);
  return outside ? [...layers, null] : layers;
}

/** All that can be looked at closely in a layer. */
export function spotsOf(record: SubnetworkRecord, layer: number | null): readonly Spot[] {
  const whole = record.matrices
    .filter((matrix) => matrix.layer === layer && matrix.cols > 1)
    .map((matrix): Spot => ({
      id: `matrix ${matrixWord(matrix)}`,
      name: matrixWord(matrix),
      group: "Whole matrices",
      blocks: [{ matrix, top: 0, bottom: matrix.rows, left: 0, right: matrix.cols }],
    }));
  if (layer === null || !placedLayers(record).includes(layer)) return whole;
  const { heads, neurons, dims } = cellsOf(record, layer);
  const spots = [...heads, ...neurons, ...dims].filter(({ size }) => size > 0).map(spotOf);
  return [...spots, ...whole];
}

const groups = { head: "Heads", neurons: "Neurons", dims: "Dimensions" } as const;

/** A cell's id among the spots of its layer. */
export function spotId({ kind, index }: Pick<PlaceCell, "kind" | "index">): string {
  return kind === "head"
    ? `head ${Math.floor(index / headParts.length)} ${headParts[index % headParts.length] ?? ""}`
    : `${kind} ${index}`;
}

function spotOf(cell: PlaceCell): Spot {
  return { id: spotId(cell), name: cellName(cell), group: groups[cell.kind], blocks: cell.blocks };
}

const partWords = {
  query: "query",
  key: "key",
  value: "value",
  context: "attention output",
  expand: "intermediate",
  contract: "output",
};

/** The spot that was chosen, or the first; null in a layer without any. */
export function chosenSpot(record: SubnetworkRecord, layer: number | null, id: string): Spot | null {
  const spots = spotsOf(record, layer);
  return spots.find((spot) => spot.id === id) ?? spots[0] ?? null;
}

/** "attention output", "attention LayerNorm bias", "pooler": a matrix or vector for a reader; in its layer none has the same. */
export function matrixWord({ name, part, layer }: WatchedMatrix): string {
  if (part !== null) return partWords[part];
  const words = name
    .replace(/\.weight$/, "")
    // The family's own name, in front of what every model has.
    .replace(/^[a-z]+\.(?=(embeddings|encoder|pooler|transformer)\b)/, "")
    .replace("attention.self.", "")
    .replace("attention.output.LayerNorm", "attention.LayerNorm")
    .split(".");
  const own = layer === null ? words : words.slice(words.indexOf(String(layer)) + 1);
  const telling = own.filter((word) => word !== "dense");
  return (telling.length === 0 ? own : telling).join(" ");
}
