import { keptView } from "../../../analysis/subnetwork/kept-masks.ts";
import type { MatrixRegion, MatrixView } from "../../../contract/subnetwork.ts";
import { failureOf } from "../../../core/errors.ts";
import type { Trainer } from "../../../worker/client.ts";
import type { ExperimentSlice } from "../../experiment.ts";
import { latestOnly, type Slot } from "../../slot.ts";
import type { Archive } from "../archive.ts";

/** What is known of the region that is looked at; its weights themselves stay outside the store. */
interface InspectorSlice {
  /** The region whose weights `view()` gives; null before the first, and where they are not kept. */
  readonly shown: MatrixRegion | null;
  readonly reading: boolean;
  /** Why there is nothing to see, as a sentence. */
  readonly problem: string | null;
}

export const initialInspector: InspectorSlice = { shown: null, reading: false, problem: null };

export interface InspectorActions {
  /** Gets a region's weights: from the engine while it has them, else from what the result keeps. */
  look(region: MatrixRegion): Promise<void>;
  /** The weights of InspectorSlice.shown. */
  view(): MatrixView | null;
  /** Another experiment is on show. */
  forget(): void;
}

const notInFile =
  "A result file keeps the masks of a matrix or two, for which there is room, and not of this one. They are all here " +
  "while the run that made them is on show, before the page is reloaded.";

/** Looking closely at a run's weights; only the answer to the latest question counts. */
export function inspectorActions(
  slot: Slot<InspectorSlice>,
  source: () => ExperimentSlice["source"],
  archive: Archive,
  trainer: Pick<Trainer, "inspectMatrix">,
): InspectorActions {
  const ticket = latestOnly();
  let held: MatrixView | null = null;

  function kept(region: MatrixRegion): MatrixView | null {
    const record = archive.runs.find(({ id }) => id === region.run)?.subnetwork ?? null;
    return record === null ? null : keptView(record, region);
  }

  return {
    async look(region) {
      const current = ticket();
      slot.set({ reading: true });
      let problem = notInFile;
      let found: MatrixView | null = null;
      if (source() === "live") {
        try {
          found = await trainer.inspectMatrix(region);
        } catch (thrown) {
          problem = failureOf(thrown).message;
        }
        if (!current()) return;
      }
      held = found ?? kept(region);
      slot.set(
        held === null ? { shown: null, reading: false, problem } : { shown: region, reading: false, problem: null },
      );
    },
    view: () => held,
    forget() {
      ticket();
      held = null;
      slot.set(initialInspector);
    },
  };
}
