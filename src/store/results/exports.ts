import type { Answer, ExportableRun, SecondOpinion } from "../../contract/exports.ts";
import { failureOf } from "../../core/errors.ts";
import type { Trainer } from "../../worker/client.ts";
import { latestOnly, type Slot } from "../slot.ts";

/** What the exported models said of one text. */
interface Asked {
  readonly first: string;
  readonly second: string | null;
  readonly answers: readonly Answer[];
}

interface ExportsSlice {
  /** Of each method of the last experiment the run whose model the engine keeps. */
  readonly runs: readonly ExportableRun[];
  /** The run that is being packed or checked. */
  readonly busy: string | null;
  readonly step: "packing" | "checking";
  /** Second opinions by run; a run that has one was exported. */
  readonly opinions: Readonly<Record<string, SecondOpinion>>;
  readonly asking: boolean;
  readonly asked: Asked | null;
  /** What went wrong last, in words: with an export, and with a question. */
  readonly exportError: string | null;
  readonly askError: string | null;
}

export const initialExports: ExportsSlice = {
  runs: [],
  busy: null,
  step: "packing",
  opinions: {},
  asking: false,
  asked: null,
  exportError: null,
  askError: null,
};

export interface ExportActions {
  /** Asks the engine what it kept. */
  refresh(): Promise<void>;
  forget(): void;
  /** Packs a run's model, hands it to `save`, and has it checked by onnxruntime-web. One at a time. */
  make(run: string, save: (zip: Blob) => void): Promise<void>;
  /** Asks every exported model. */
  ask(first: string, second: string | null): Promise<void>;
}

/** Taking trained models along, and trying them. */
export function exportActions(slot: Slot<ExportsSlice>, trainer: Trainer): ExportActions {
  // What belongs to an experiment that is no longer shown comes to nothing.
  const experiment = latestOnly();
  let current = experiment();

  async function attempt(kind: "exportError" | "askError", action: (holds: () => boolean) => Promise<void>) {
    const holds = current;
    try {
      slot.set({ [kind]: null });
      await action(holds);
    } catch (thrown) {
      if (holds()) slot.set({ [kind]: failureOf(thrown).message });
    }
  }

  return {
    refresh: () =>
      attempt("exportError", async (holds) => {
        const runs = await trainer.exports();
        if (holds()) slot.set({ runs });
      }),
    forget() {
      current = experiment();
      slot.set(initialExports);
    },
    async make(run, save) {
      if (slot.get().busy !== null) return;
      slot.set({ busy: run, step: "packing" });
      const before = current;
      await attempt("exportError", async (holds) => {
        const zip = await trainer.exportModel(run);
        if (!holds()) return;
        save(zip);
        slot.set({ step: "checking" });
        const opinion = await trainer.secondOpinion(run);
        if (holds()) slot.set({ opinions: { ...slot.get().opinions, [run]: opinion } });
      });
      if (before()) slot.set({ busy: null });
    },
    async ask(first, second) {
      slot.set({ asking: true });
      const before = current;
      await attempt("askError", async (holds) => {
        const answers = await trainer.classify(first, second);
        if (holds()) slot.set({ asked: { first, second, answers } });
      });
      if (before()) slot.set({ asking: false });
    },
  };
}
