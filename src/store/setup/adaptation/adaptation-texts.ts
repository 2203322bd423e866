import type { Values } from "../../../contract/fields.ts";
import type { DroppedFile } from "../../../worker/api.ts";
import type { Trainer } from "../../../worker/client.ts";
import type { AdaptationPlan, TextRecord } from "../../../contract/pretraining.ts";
import { askLatest, latestOnly, type Reporter, type Slot } from "../../slot.ts";

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
  const reading = {
    place: "adaptation",
    ticket: latestOnly(),
    busy: (on: boolean) => slot.set(on ? { reading: true } : { reading: false, phase: null }),
  } as const;
  const planning = { place: "adaptation", ticket: latestOnly(), failed: () => slot.set({ plan: null }) } as const;
  let files: readonly DroppedFile[] = [];

  async function loadTexts(dropped: readonly DroppedFile[]): Promise<void> {
    await askLatest(reporter, reading, async (current) => {
      const texts = await trainer.loadTexts(dropped, (events) => {
        const phase = events.findLast((event) => event.kind === "phase");
        if (current() && slot.get().reading && phase !== undefined) slot.set({ phase });
      });
      if (!current()) return;
      files = dropped;
      slot.set({ texts });
    });
  }

  return {
    loadTexts,
    reload: () => (files.length === 0 ? Promise.resolve() : loadTexts(files)),
    async refreshPlan(values) {
      await askLatest(reporter, planning, async (current) => {
        const plan = await trainer.planAdaptation(values);
        if (current()) slot.set({ plan });
      });
    },
    forgetPlan() {
      planning.ticket();
      slot.set({ plan: null });
    },
  };
}
