import type { RateTrial } from "../../contract/engine/rates.ts";
import type { ExperimentPlan } from "../../contract/run.ts";
import { failureOf } from "../../core/errors.ts";
import type { Trainer } from "../../worker/client.ts";
import { latestOnly, type Reporter, type Slot } from "../slot.ts";

interface RatesSlice {
  readonly searching: boolean;
  readonly trials: readonly RateTrial[];
  /** Tells for which model and data the trials are: what they are for changes, and they say nothing. */
  readonly of: string;
}

export const initialRates: RatesSlice = { searching: false, trials: [], of: "" };

export interface RateActions {
  /** Looks for a learning rate. `of`: what the plan is run on. */
  find(plan: ExperimentPlan, of: string): Promise<void>;
  stop(): Promise<void>;
}

export function rateActions(slot: Slot<RatesSlice>, trainer: Trainer, reporter: Reporter): RateActions {
  const ticket = latestOnly();
  return {
    async find(plan, of) {
      if (slot.get().searching) return;
      const current = ticket();
      reporter.clear("rates");
      slot.set({ searching: true, trials: [], of });
      try {
        const { trials } = await trainer.findRate(plan, (all) => {
          if (current()) slot.set({ trials: all });
        });
        slot.set({ trials });
      } catch (thrown) {
        // A person who stops keeps what there is.
        if (failureOf(thrown).code !== "stopped") reporter.report("rates", thrown);
      }
      // What is told later is part of what came with the answer.
      ticket();
      slot.set({ searching: false });
    },
    stop: () => trainer.stop(),
  };
}
