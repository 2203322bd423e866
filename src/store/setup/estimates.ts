import type { ExperimentPlan } from "../../contract/run.ts";
import type { MemoryEstimate } from "../../worker/api.ts";
import type { Trainer } from "../../worker/client.ts";
import { askLatest, latestOnly, type Reporter, type Slot } from "../slot.ts";

interface EstimatesSlice {
  readonly items: readonly MemoryEstimate[];
  readonly loading: boolean;
}

export const initialEstimates: EstimatesSlice = { items: [], loading: false };

export interface EstimateActions {
  refresh(plan: ExperimentPlan): Promise<void>;
  forget(): void;
}

/** Keeps the memory each ticked method would take. */
export function estimateActions(slot: Slot<EstimatesSlice>, trainer: Trainer, reporter: Reporter): EstimateActions {
  const asking = {
    place: "methods",
    ticket: latestOnly(),
    busy: (loading: boolean) => slot.set({ loading }),
    failed: () => slot.set({ items: [] }),
  } as const;
  return {
    async refresh(plan) {
      await askLatest(reporter, asking, async (current) => {
        const items = await trainer.estimate(plan);
        if (current()) slot.set({ items });
      });
    },
    forget() {
      asking.ticket();
      slot.set({ items: [], loading: false });
    },
  };
}

/** What a run of the method that takes most takes; null: nothing was reckoned. */
export function largestEstimate({ items }: EstimatesSlice): number | null {
  return items.length === 0 ? null : Math.max(...items.map(({ totalBytes }) => totalBytes));
}
