import type { Values } from "../../../contract/fields.ts";
import type { AdaptationEvent, LossesRecord } from "../../../contract/pretraining.ts";
import type { ModelRecord } from "../../../contract/run.ts";
import type { Trainer } from "../../../worker/client.ts";
import { textActions, type TextActions, type TextsSlice } from "./adaptation-texts.ts";
import { attempt, type Reporter, type Slot } from "../../slot.ts";

interface AdaptationSlice extends TextsSlice {
  readonly status: "idle" | "starting" | "running" | "paused" | "stopping";
  readonly stepsDone: number;
  readonly stepsPlanned: number;
  /** null before the first step. */
  readonly tokensPerSecond: number | null;
  readonly remainingMs: number | null;
  /** Of the last step. */
  readonly training: LossesRecord | null;
  /** On the held-out text, oldest first; of the last adaptation until the next one begins. */
  readonly evaluations: readonly LossesRecord[];
  /** The .zip is being made. */
  readonly packing: boolean;
}

export const initialAdaptation: AdaptationSlice = {
  texts: null,
  reading: false,
  plan: null,
  status: "idle",
  phase: null,
  stepsDone: 0,
  stepsPlanned: 0,
  tokensPerSecond: null,
  remainingMs: null,
  training: null,
  evaluations: [],
  packing: false,
};

export interface AdaptationActions extends TextActions {
  start(values: Values): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
  /** Puts the model back as its files have it. */
  restore(): Promise<void>;
  /** Packs the adapted model and hands it to `save`. */
  take(save: (zip: Blob) => void): Promise<void>;
  /** A fresh model has no adaptation to show. */
  forget(): void;
}

/** The loaded model, which an adaptation makes another. */
interface ModelHolder {
  get(): ModelRecord | null;
  adopt(model: ModelRecord): void;
}

/** Adapting the loaded model to a text. */
export function adaptationActions(
  slot: Slot<AdaptationSlice>,
  trainer: Trainer,
  reporter: Reporter,
  holder: ModelHolder,
): AdaptationActions {
  const { begin, receive, measured } = tellOf(slot);
  let generation = 0;

  const tried = async (act: () => Promise<void>): Promise<boolean> => await attempt(reporter, "adaptation", act);

  async function ask(wanted: "paused" | "running" | "stopping", call: () => Promise<void>): Promise<void> {
    slot.set({ status: wanted });
    await tried(call);
  }

  function forget(): void {
    generation++;
    slot.set({ evaluations: [], stepsDone: 0, training: null });
  }

  return {
    ...textActions(slot, trainer, reporter),
    async start(values) {
      if (slot.get().status !== "idle") return;
      const mine = ++generation;
      begin();
      const { texts, plan } = slot.get();
      const steps = values["steps"];
      const stepsPlanned = typeof steps === "number" ? steps : 0;
      slot.set({ ...initialAdaptation, texts, plan, stepsPlanned, status: "starting" });
      await tried(async () => {
        const model = await trainer.adapt(values, (events) => {
          if (mine === generation) receive(events);
        });
        const last = model.adaptations.at(-1);
        if (last !== undefined && model.adaptations.length > (holder.get()?.adaptations.length ?? 0)) {
          slot.set({ stepsDone: last.steps });
          measured(last.after);
        }
        holder.adopt(model);
      });
      slot.set({ status: "idle", phase: null });
    },
    pause: () => ask("paused", () => trainer.pause()),
    resume: () => ask("running", () => trainer.resume()),
    stop: () => ask("stopping", () => trainer.stop()),
    async restore() {
      await tried(async () => {
        holder.adopt(await trainer.restoreModel());
        forget();
      });
    },
    async take(save) {
      slot.set({ packing: true });
      await tried(async () => save(await trainer.exportAdapted()));
      slot.set({ packing: false });
    },
    forget,
  };
}

/** Turns events into what the page shows. */
function tellOf(slot: Slot<AdaptationSlice>) {
  /** Of the run in hand. */
  let tokens = 0;

  function receive(events: readonly AdaptationEvent[]): void {
    for (const event of events) {
      switch (event.kind) {
        case "phase":
          if (slot.get().status !== "idle") slot.set({ phase: event });
          break;
        case "steps":
          slot.set({ phase: null, ...afterSteps(event) });
          break;
        case "evaluation":
          slot.set({ phase: null });
          measured(event.losses);
      }
    }
    if (slot.get().status === "starting" && slot.get().phase === null) slot.set({ status: "running" });
  }

  /** Once, in the order of the steps: the last one may come with the result before its event does. */
  function measured(losses: LossesRecord): void {
    const others = slot.get().evaluations.filter(({ step }) => step !== losses.step);
    slot.set({ evaluations: [...others, losses].sort((left, right) => left.step - right.step) });
  }

  function afterSteps({ steps, elapsedMs }: Extract<AdaptationEvent, { kind: "steps" }>): Partial<AdaptationSlice> {
    const last = steps.at(-1);
    if (last === undefined) return {};
    for (const step of steps) tokens += step.tokens;
    return {
      stepsDone: last.step,
      training: last,
      tokensPerSecond: elapsedMs > 0 ? (1000 * tokens) / elapsedMs : null,
      remainingMs: (elapsedMs / last.step) * (slot.get().stepsPlanned - last.step),
    };
  }

  return {
    begin: () => {
      tokens = 0;
    },
    receive,
    measured,
  };
}
