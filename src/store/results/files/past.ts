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

/** More results than this are not kept, nor more bytes in all. */
const [mostResults, mostBytes] = [8, 64 * 2 ** 20];

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
  const results = new Map<number, { readonly result: ExperimentResult; readonly bytes: number }>();
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

  /** `spared`: those that were kept last or are about to be shown. */
  function makeRoom(spared: readonly (number | null)[]): void {
    for (;;) {
      const { items } = slot.get();
      const all = [...results.values()].reduce((sum, { bytes }) => sum + bytes, 0);
      const oldest = items.findLast(({ id, pinned }) => !pinned && !spared.includes(id));
      if ((items.length <= mostResults && all <= mostBytes) || oldest === undefined) return;
      remove(oldest.id);
    }
  }

  function keep(next: number | null = null): void {
    const result = parts.archive.result();
    const { shown, items } = slot.get();
    slot.set({ shown: null, replaced: null });
    // The recorded run is always at hand.
    if (result === null || parts.now().source === "recorded" || result.runs.every(({ steps }) => steps.length === 0)) {
      return;
    }
    const id = shown ?? nextId++;
    results.set(id, { result, bytes: bytesOf(result) });
    const { sourceName } = parts.now();
    const item = { id, name: sourceName === "" ? `Result ${id}` : sourceName, about: aboutOf(result), pinned: false };
    slot.set({
      items:
        shown === null ? [item, ...items] : items.map((one) => (one.id === id ? { ...one, about: item.about } : one)),
      replaced: id,
    });
    makeRoom([id, next]);
  }

  async function show(id: number): Promise<void> {
    const kept = results.get(id);
    if (kept === undefined || isActive(parts.now().status)) return;
    keep(id);
    const name = slot.get().items.find((item) => item.id === id)?.name ?? "";
    parts.sweep.forget();
    parts.experiment.show(kept.result, "file", name);
    slot.set({ shown: id, replaced: null });
    parts.view.reset();
    await parts.cases.refresh();
  }

  return {
    keep: () => keep(),
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

/** About what a value takes in memory: letters, numbers, and what holds them. */
function bytesOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 8;
  return Object.values(value).reduce<number>((sum, one) => sum + bytesOf(one), 16);
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
