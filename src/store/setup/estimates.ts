import type { ExperimentPlan } from "../../contract/run.ts";
import type { MemoryEstimate } from "../../worker/api.ts";
import type { Trainer } from "../../worker/client.ts";
import { latestOnly } from "../slot.ts";
import type { Reporter, Slot } from "../slot.ts";

export interface EstimatesSlice {
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
  const ticket = latestOnly();
  return {
    async refresh(plan) {
      const current = ticket();
      reporter.clear("methods");
      slot.set({ loading: true });
      try {
        const items = await trainer.estimate(plan);
        if (current()) slot.set({ items });
      } catch (thrown) {
        if (!current()) return;
        slot.set({ items: [] });
        reporter.report("methods", thrown);
      } finally {
        if (current()) slot.set({ loading: false });
      }
    },
    forget() {
      ticket();
      slot.set({ items: [], loading: false });
    },
  };
}
