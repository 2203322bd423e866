import { isWrong, type KernelSource, type KernelsRecord, type TriedKernel } from "../../contract/engine/kernels.ts";
import type { ExperimentPlan, KernelChoice } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import type { Trainer } from "../../worker/client.ts";
import { attempt, latestOnly, type Reporter, type Slot } from "../slot.ts";
import type { SettingsActions, SettingsSlice } from "./settings.ts";

export interface KernelsSlice {
  /** Those of a result that is to be run again, in place of what the settings say. */
  readonly given: { readonly name: string; readonly choice: KernelChoice } | null;
  /** While they are timed. */
  readonly progress: { readonly done: number; readonly total: number } | null;
  /** Those that the plan uses, once they are ready. */
  readonly record: KernelsRecord | null;
  /** Whether the next run is to say where its time goes, kernel by kernel. */
  readonly timed: boolean;
}

export const initialKernels: KernelsSlice = { given: null, progress: null, record: null, timed: false };

/** Where kernels are to come from. */
export function kernelSourceOf(kernels: KernelsSlice, settings: SettingsSlice): KernelSource {
  return kernels.given?.choice ?? settings.kernels;
}

/** What was tried for one op and shape. */
interface TriedQuestion extends Pick<TriedKernel, "question" | "op" | "shape"> {
  readonly rows: readonly TriedKernel[];
}

/** What was tried, op by op in its order. */
export function triedByQuestion(tried: readonly TriedKernel[]): readonly TriedQuestion[] {
  const first = new Map(tried.toReversed().map(({ question, op, shape }) => [question, { question, op, shape }]));
  const keys = [...new Set(tried.map(({ question }) => question))];
  return keys.flatMap((key) => {
    const one = first.get(key);
    return one === undefined ? [] : [{ ...one, rows: tried.filter(({ question }) => question === key) }];
  });
}

/** Variants that compute wrongly on this device. */
export function wrongKernels(tried: readonly TriedKernel[]): readonly string[] {
  return [...new Set(tried.filter(isWrong).map(({ variant }) => variant))];
}

export interface KernelActions {
  /** The fastest, or those that run everywhere. */
  choose(kernels: SettingsSlice["kernels"]): void;
  /** Those of a result. `name`: of the result; `choice`: null where it does not say. */
  give(name: string, choice: KernelChoice | null): void;
  /** Whether runs are timed kernel by kernel, from the next one on. */
  time(timed: boolean): void;
  /** Tells the engine where kernels come from. */
  use(source: KernelSource): Promise<void>;
  /** Gets them ready for a plan, ahead of its run. Resolves with whether there are others than before. */
  prepare(plan: ExperimentPlan): Promise<boolean>;
  forget(): void;
}

/** Kernels of the plan that is set. What goes wrong with them is told by the run that needs them. */
export function kernelActions(
  slot: Slot<KernelsSlice>,
  trainer: Trainer,
  settings: Pick<SettingsActions, "setKernels">,
  reporter: Reporter,
): KernelActions {
  const ticket = latestOnly();
  return {
    choose(kernels) {
      slot.set({ given: null });
      settings.setKernels(kernels);
    },
    give(name, choice) {
      const portable = choice !== null && Object.keys(choice).length === 0;
      slot.set({ given: choice === null || portable ? null : { name, choice } });
      if (choice !== null) settings.setKernels(portable ? "portable" : "auto");
    },
    time: (timed) => slot.set({ timed }),
    async use(source) {
      await attempt(reporter, "kernels", () => trainer.useKernels(source));
    },
    async prepare(plan) {
      const current = ticket();
      reporter.clear("kernels");
      try {
        const record = await trainer.tuneKernels(plan, (done, total) => {
          if (current()) slot.set({ progress: { done, total } });
        });
        if (record === null || !current()) return false;
        slot.set({ record });
        if (record.note !== null) reporter.report("kernels", new AppError("device-error", record.note));
        return true;
      } catch {
        return false;
      } finally {
        if (current()) slot.set({ progress: null });
      }
    },
    forget() {
      ticket();
      slot.set({ progress: null, record: null });
    },
  };
}
