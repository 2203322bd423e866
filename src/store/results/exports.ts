import type { Answer, ExportableRun, SecondOpinion } from "../../contract/exports.ts";
import { failureOf } from "../../core/errors.ts";
import type { Trainer } from "../../worker/client.ts";
import { byMethod } from "./by-method.ts";
import { latestOnly, type Slot } from "../slot.ts";

/** What the chosen models said of one text. */
interface Asked {
  readonly first: string;
  readonly second: string | null;
  readonly answers: readonly Answer[];
}

interface ExportsSlice {
  /** The completed runs of the last experiment, and whether the engine keeps their models. */
  readonly runs: readonly ExportableRun[];
  /** Runs whose models are asked: at first the last that is kept of each method. */
  readonly chosen: readonly string[];
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
  chosen: [],
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
  /** Says whether a run's model is among those that are asked. */
  choose(run: string, chosen: boolean): void;
  /** Asks the chosen models. */
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
      const { code, message } = failureOf(thrown);
      if (holds() && code !== "stopped") slot.set({ [kind]: message });
    }
  }

  return {
    refresh: () =>
      attempt("exportError", async (holds) => {
        const runs = await trainer.exports();
        if (holds()) slot.set({ runs, chosen: chosenAmong(runs, slot.get().chosen) });
      }),
    forget() {
      current = experiment();
      slot.set(initialExports);
    },
    choose(run, chosen) {
      const others = slot.get().chosen.filter((one) => one !== run);
      const wanted = new Set(chosen ? [...others, run] : others);
      slot.set({ chosen: slot.get().runs.flatMap((one) => (wanted.has(one.run) ? [one.run] : [])) });
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
        const answers = await trainer.classify(first, second, slot.get().chosen);
        if (holds()) slot.set({ asked: { first, second, answers } });
      });
      if (before()) slot.set({ asking: false });
    },
  };
}

/** The last run of each method whose model is kept, in the order of the methods. */
export function lastKept(runs: readonly ExportableRun[]): readonly ExportableRun[] {
  const kept = runs.filter(({ problem }) => problem === null);
  return byMethod(kept).flatMap(([, own]) => own.at(-1) ?? []);
}

/** What was chosen, as long as it is kept; where nothing of it is, the last run of each method. */
function chosenAmong(runs: readonly ExportableRun[], before: readonly string[]): readonly string[] {
  const still = runs.flatMap(({ run, problem }) => (problem === null && before.includes(run) ? [run] : []));
  return still.length > 0 ? still : lastKept(runs).map(({ run }) => run);
}
