import type { MatrixMeasure } from "../../analysis/subnetwork/matrix-picture.ts";
import type { Values } from "../../contract/fields.ts";
import type { StepId } from "../setup/step-titles.ts";
import type { Slot } from "../slot.ts";

/** How a run's subnetwork is looked at. */
export interface SubnetworkLook {
  /** Unfolded. Folded, nothing is watched in the next run. */
  readonly open: boolean;
  /** RunRecord.id; null: the one in hand, else the first. */
  readonly run: string | null;
  /** Place on the slider; null follows the newest. */
  readonly stop: number | null;
  /** Of what is looked at closely, and whose line is drawn strongly; null: nobody chose. */
  readonly layer: number | "outside" | null;
  /** Spot.id of what is looked at closely. */
  readonly spot: string;
  /** Which of the spot's blocks. */
  readonly block: number;
  readonly measure: MatrixMeasure;
  /** What the core and the drift are of: all layers, or the chosen one. */
  readonly scope: "all" | "layer";
  /** Runs whose subnetworks are compared: all seeds of the method, or all methods of the seed. */
  readonly among: "seeds" | "methods";
  /** The numbers in place of the pictures. */
  readonly table: boolean;
}

/** Where a model comes from, as the tabs of its step say. */
export type ModelOrigin = "bundled" | "hub" | "disk";

/** Where data come from, as the tabs of their step say. */
export type DataOrigin = "samples" | "hub" | "files";

/** What curves are drawn over: steps, passes over the training rows, or the seconds that a run had the device for. */
export type XUnit = "step" | "epoch" | "second";

/** How results are looked at; never what they are. */
export interface ViewSlice {
  readonly modelOrigin: ModelOrigin;
  readonly dataOrigin: DataOrigin;
  /** Steps of the set-up that are unfolded. */
  readonly openSteps: readonly StepId[];
  /** On a narrow page: whether the set-up lies over the results. */
  readonly setupOpen: boolean;
  /** A notification is wanted when the runs are done. */
  readonly notify: boolean;
  /** Factor of the moving average over the training loss; 0 is raw. */
  readonly smoothing: number;
  /** Mean and band per method, or a line a seed. */
  readonly seeds: "mean" | "each";
  readonly x: XUnit;
  /** Values that are above zero by their logarithm. */
  readonly log: boolean;
  /** Part of the x axis on show, in its unit; null is all of it. */
  readonly zoom: readonly [number, number] | null;
  /** Score on show; null is the task's primary one. */
  readonly metric: string | null;
  /** Place in the grid that the charts show, as far as a person chose one. */
  readonly setting: Values;
  /** Axis along the bottom of the box plots; null is the first. */
  readonly sweepField: string | null;
  /** Methods left out of the charts. */
  readonly hidden: readonly string[];
  readonly subnetwork: SubnetworkLook;
}

export const initialView: ViewSlice = {
  modelOrigin: "bundled",
  dataOrigin: "samples",
  openSteps: ["model"],
  setupOpen: false,
  notify: false,
  smoothing: 0.9,
  seeds: "mean",
  x: "step",
  log: false,
  zoom: null,
  metric: null,
  setting: {},
  sweepField: null,
  hidden: [],
  subnetwork: {
    open: true,
    run: null,
    stop: null,
    layer: null,
    spot: "head 0 value",
    block: 0,
    measure: "mask",
    scope: "all",
    among: "seeds",
    table: false,
  },
};

export interface ViewActions {
  change(patch: Partial<ViewSlice>): void;
  /** Another unit along the bottom; what part of it was on show is forgotten. */
  setX(x: XUnit): void;
  toggleMethod(id: string): void;
  /** Another look at the subnetwork. */
  look(patch: Partial<SubnetworkLook>): void;
  /** Back to what suits any experiment: nothing hidden, primary score, first setting, newest subnetwork. */
  reset(): void;
}

export function viewActions(slot: Slot<ViewSlice>): ViewActions {
  return {
    change: (patch) => slot.set(patch),
    setX: (x) => slot.set({ x, zoom: null }),
    toggleMethod(id) {
      const { hidden } = slot.get();
      slot.set({ hidden: hidden.includes(id) ? hidden.filter((one) => one !== id) : [...hidden, id] });
    },
    look: (patch) => slot.set({ subnetwork: { ...slot.get().subnetwork, ...patch } }),
    reset() {
      const subnetwork = { ...slot.get().subnetwork, run: null, stop: null };
      slot.set({ zoom: null, metric: null, setting: {}, sweepField: null, hidden: [], subnetwork });
    },
  };
}
