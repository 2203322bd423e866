import type { Values } from "../../contract/fields.ts";
import type { StepId } from "../setup/step-titles.ts";
import type { Slot } from "../slot.ts";

/** What the heat map shows of a selection. */
export type MapMeasure = "share" | "overlap" | "threshold";

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
  readonly mapRun: string | null;
  readonly mapMeasure: MapMeasure;
  /** Cycle on show; null is the latest. */
  readonly mapCycle: number | null;
  /** Columns of the heat map: matrices of one cycle, or all cycles. */
  readonly mapColumns: "matrices" | "cycles";
}

export const initialView: ViewSlice = {
  modelOrigin: "bundled",
  dataOrigin: "samples",
  openSteps: ["model"],
  setupOpen: false,
  smoothing: 0.9,
  seeds: "mean",
  x: "step",
  log: false,
  zoom: null,
  metric: null,
  setting: {},
  sweepField: null,
  hidden: [],
  mapRun: null,
  mapMeasure: "share",
  mapCycle: null,
  mapColumns: "matrices",
};

export interface ViewActions {
  change(patch: Partial<ViewSlice>): void;
  /** Another unit along the bottom; what part of it was on show is forgotten. */
  setX(x: XUnit): void;
  toggleMethod(id: string): void;
  /** Back to what suits any experiment: nothing hidden, primary score, first setting, latest cycle of the first run. */
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
    reset: () =>
      slot.set({ zoom: null, metric: null, setting: {}, sweepField: null, hidden: [], mapRun: null, mapCycle: null }),
  };
}
