import type { Values } from "../../contract/fields.ts";
import type { DroppedFile } from "../../worker/api.ts";
import type { Trainer } from "../../worker/client.ts";
import type { AdaptationPlan, TextRecord } from "../../contract/pretraining.ts";
import { latestOnly } from "../slot.ts";
import type { Reporter, Slot } from "../slot.ts";

/** The texts that a model is to be adapted to, and what that would take. */
export interface TextsSlice {
  readonly texts: TextRecord | null;
  readonly reading: boolean;
  /** What it would take; null until it was asked, or where that failed. */
  readonly plan: AdaptationPlan | null;
  /** What the engine is busy with, reading or before the first step. */
  readonly phase: { readonly text: string; readonly done: number; readonly total: number } | null;
}

export interface TextActions {
  /** Reads texts in place of those before; [] takes them away. */
  loadTexts(files: readonly DroppedFile[]): Promise<void>;
  /** Hands the last good texts to a fresh engine. */
  reload(): Promise<void>;
  /** Asks what adapting would take. */
  refreshPlan(values: Values): Promise<void>;
  forgetPlan(): void;
}

/** Reading texts, and planning. */
export function textActions(slot: Slot<TextsSlice>, trainer: Trainer, reporter: Reporter): TextActions {
  const readTicket = latestOnly();
  const planTicket = latestOnly();
  let files: readonly DroppedFile[] = [];

  async function loadTexts(dropped: readonly DroppedFile[]): Promise<void> {
    const current = readTicket();
    reporter.clear("adaptation");
    slot.set({ reading: true });
    try {
      const texts = await trainer.loadTexts(dropped, (events) => {
        const phase = events.findLast((event) => event.kind === "phase");
        if (current() && slot.get().reading && phase !== undefined) slot.set({ phase });
      });
      if (!current()) return;
      files = dropped;
      slot.set({ texts });
    } catch (thrown) {
      if (current()) reporter.report("adaptation", thrown);
    } finally {
      if (current()) slot.set({ reading: false, phase: null });
    }
  }

  return {
    loadTexts,
    reload: () => (files.length === 0 ? Promise.resolve() : loadTexts(files)),
    async refreshPlan(values) {
      const current = planTicket();
      reporter.clear("adaptation");
      try {
        const plan = await trainer.planAdaptation(values);
        if (current()) slot.set({ plan });
      } catch (thrown) {
        if (!current()) return;
        slot.set({ plan: null });
        reporter.report("adaptation", thrown);
      }
    },
    forgetPlan() {
      planTicket();
      slot.set({ plan: null });
    },
  };
}
