import { sameModel } from "../../contract/growing.ts";
import type { ModelRecord } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import type { Reporter, Slot } from "../slot.ts";
import type { GivenModel, ModelActions } from "./model.ts";

/** A model of a comparison, and how its experiment stands. */
export interface LineupItem {
  readonly key: string;
  readonly record: ModelRecord;
  /** What a run of it takes at most, reckoned when it was loaded last; null: not yet. */
  readonly totalBytes: number | null;
  readonly status: "waiting" | "running" | "done" | "stopped" | "failed";
  /** Why it failed, as a sentence. */
  readonly problem: string | null;
}

interface LineupSlice {
  /** In the order in which they are run; with fewer than two, the loaded model is run. */
  readonly items: readonly LineupItem[];
  /** From Run until the last model's experiment has ended. */
  readonly running: boolean;
}

export const initialLineup: LineupSlice = { items: [], running: false };

/** More rows than this no table has. */
const mostModels = 20;

export interface LineupActions {
  /** Takes the loaded model in. */
  add(): void;
  remove(key: string): void;
  /** Notes what a run of the loaded model takes. */
  noteMemory(totalBytes: number): void;
  /** Notes how a model's experiment stands. */
  note(key: string, status: LineupItem["status"], problem?: string | null): void;
  /** false: no further model is begun. */
  setRunning(running: boolean): void;
  /** Gives a model to the engine, where it is not there already. Resolves with success. */
  load(key: string): Promise<boolean>;
}

/** What the list has to know of the loaded model. */
interface Parts {
  readonly model: Pick<ModelActions, "load" | "given">;
  readonly loaded: () => ModelRecord | null;
  /** What a run of it takes at most; null: not reckoned yet. */
  readonly memory: () => number | null;
}

/** The models of a comparison. Their files stay outside the store. */
export function lineupActions(
  slot: Slot<LineupSlice>,
  { model, loaded, memory }: Parts,
  reporter: Pick<Reporter, "report">,
): LineupActions {
  const given = new Map<string, GivenModel>();
  let number = 0;

  function change(key: string, patch: Partial<LineupItem>): void {
    slot.set({ items: slot.get().items.map((item) => (item.key === key ? { ...item, ...patch } : item)) });
  }

  return {
    add() {
      const record = loaded();
      const { items } = slot.get();
      if (record === null || itemOf(items, record) !== undefined) return;
      const problem = problemWithAdding(items, record);
      if (problem !== null) {
        reporter.report("model", new AppError("bad-settings", problem));
        return;
      }
      number++;
      const key = `model ${number}`;
      given.set(key, model.given());
      slot.set({ items: [...items, { key, record, totalBytes: memory(), status: "waiting", problem: null }] });
    },
    remove(key) {
      given.delete(key);
      slot.set({ items: slot.get().items.filter((item) => item.key !== key) });
    },
    noteMemory(totalBytes) {
      const record = loaded();
      const item = record === null ? undefined : itemOf(slot.get().items, record);
      if (item !== undefined && item.totalBytes !== totalBytes) change(item.key, { totalBytes });
    },
    note: (key, status, problem = null) => change(key, { status, problem }),
    setRunning: (running) => slot.set({ running }),
    async load(key) {
      const wanted = slot.get().items.find((item) => item.key === key);
      const files = given.get(key);
      if (wanted === undefined || files === undefined) return false;
      // Two folders may bear one name: what counts is the files.
      if (loaded() !== null && model.given().files === files.files) return true;
      return await model.load(files.files, files.source);
    },
  };
}

/** The loaded model's place in the list; one of the same name and sizes has it as well, as results could not tell them apart. */
export function itemOf(items: readonly LineupItem[], record: ModelRecord): LineupItem | undefined {
  return items.find((item) => sameModel(item.record, record));
}

function problemWithAdding(items: readonly LineupItem[], record: ModelRecord): string | null {
  if (record.adaptations.length > 0) {
    return `${record.name} was adapted here, and only the engine has those weights. Compare the model as its files have it.`;
  }
  if (items.length < mostModels) return null;
  return `At most ${mostModels} models are compared at once; take one away first.`;
}
