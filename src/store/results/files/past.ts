import type { ExperimentResult } from "../../../contract/run.ts";
import { countOf } from "../../../core/format.ts";
import type { Slot } from "../../slot.ts";
import { isActive, type ExperimentActions, type ExperimentSlice } from "../../experiment.ts";
import type { Archive } from "../archive.ts";
import type { CaseActions } from "../cases.ts";
import type { SweepActions } from "../sweep.ts";
import type { ViewActions } from "../view.ts";

/** A result of this visit that gave way to another. */
interface PastResult {
  readonly id: number;
  readonly name: string;
  /** Model, methods and seeds, in a line. */
  readonly about: string;
  readonly pinned: boolean;
}

interface PastSlice {
  /** The latest first. */
  readonly items: readonly PastResult[];
  /** Which of them is on show; null for none. */
  readonly shown: number | null;
  /** What the run that goes on took the place of. */
  readonly replaced: number | null;
}

export const initialPast: PastSlice = { items: [], shown: null, replaced: null };

export interface PastActions {
  /** Puts what is on show among them, before something else takes its place. Those that are not pinned make room. */
  keep(): void;
  /** Shows one again; what was on show is kept. Does nothing while a run goes on. */
  show(id: number): Promise<void>;
  /** Stops the run that goes on and shows what it took the place of. */
  undo(): Promise<void>;
  change(id: number, patch: Partial<Pick<PastResult, "name" | "pinned">>): void;
  remove(id: number): void;
}

/** More results than this are not kept, nor more records of steps in all: some tens of megabytes. */
const [mostResults, mostSteps] = [8, 400_000];

interface Parts {
  readonly experiment: Pick<ExperimentActions, "show" | "stop">;
  readonly cases: Pick<CaseActions, "refresh">;
  readonly sweep: Pick<SweepActions, "forget">;
  readonly view: Pick<ViewActions, "reset">;
  readonly now: () => ExperimentSlice;
  readonly archive: Archive;
  /** Resolves when no run goes on. */
  readonly ended: () => Promise<void>;
}

/** Results of this visit, to be shown again; their series stay out of the store. */
export function pastActions(slot: Slot<PastSlice>, parts: Parts): PastActions {
  const results = new Map<number, ExperimentResult>();
  let nextId = 1;

  function remove(id: number): void {
    results.delete(id);
    const { items, shown, replaced } = slot.get();
    slot.set({
      items: items.filter((item) => item.id !== id),
      shown: shown === id ? null : shown,
      replaced: replaced === id ? null : replaced,
    });
  }

  function makeRoom(): void {
    const stepsOf = ({ runs }: ExperimentResult): number => runs.reduce((sum, { steps }) => sum + steps.length, 0);
    for (;;) {
      const { items } = slot.get();
      const steps = [...results.values()].reduce((sum, result) => sum + stepsOf(result), 0);
      const oldest = items.findLast(({ pinned }, index) => !pinned && index > 0);
      if ((items.length <= mostResults && steps <= mostSteps) || oldest === undefined) return;
      remove(oldest.id);
    }
  }

  function keep(): void {
    const result = parts.archive.result();
    const { shown, items } = slot.get();
    slot.set({ shown: null, replaced: null });
    // The recorded run is always at hand.
    if (result === null || parts.now().source === "recorded" || result.runs.every(({ steps }) => steps.length === 0)) {
      return;
    }
    const id = shown ?? nextId++;
    results.set(id, result);
    const { sourceName } = parts.now();
    const item = { id, name: sourceName === "" ? `Result ${id}` : sourceName, about: aboutOf(result), pinned: false };
    slot.set({
      items:
        shown === null ? [item, ...items] : items.map((one) => (one.id === id ? { ...one, about: item.about } : one)),
      replaced: id,
    });
    makeRoom();
  }

  async function show(id: number): Promise<void> {
    const result = results.get(id);
    if (result === undefined || isActive(parts.now().status)) return;
    keep();
    const name = slot.get().items.find((item) => item.id === id)?.name ?? "";
    parts.sweep.forget();
    parts.experiment.show(result, "file", name);
    slot.set({ shown: id, replaced: null });
    parts.view.reset();
    await parts.cases.refresh();
  }

  return {
    keep,
    show,
    async undo() {
      const { replaced } = slot.get();
      if (replaced === null) return;
      await parts.experiment.stop();
      await parts.ended();
      await show(replaced);
    },
    change: (id, patch) =>
      slot.set({ items: slot.get().items.map((item) => (item.id === id ? { ...item, ...patch } : item)) }),
    remove,
  };
}

function aboutOf({ config, runs }: ExperimentResult): string {
  const { plan, model } = config;
  return [
    model.name,
    countOf(plan.methods.length, "method"),
    countOf(plan.seeds.length, "seed"),
    countOf(runs.length, "run"),
  ].join(" · ");
}
