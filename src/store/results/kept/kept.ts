import type { ExperimentResult } from "../../../contract/run.ts";
import { isActive, tooEarly, type ExperimentActions, type ExperimentSlice, type Keeper } from "../../experiment.ts";
import { attempt, type Reporter, type Slot } from "../../slot.ts";
import type { Archive } from "../archive.ts";
import type { CaseActions } from "../cases.ts";
import type { SweepActions } from "../sweep.ts";
import type { ViewActions } from "../view.ts";
import { keeping } from "./keeping.ts";
import { KeptList, type KeptItem, type KeptSlice } from "./kept-list.ts";
import type { HeadPatch, ResultStore } from "./result-store.ts";

export interface KeptActions extends Keeper {
  /** Looks at what is there, and goes on looking when another tab changes it. */
  load(): Promise<void>;
  /** Puts what is on show among them, before something else takes its place. */
  keep(): void;
  /** Shows one again. Does nothing while a run goes on. Resolves with whether it is on show. */
  show(id: string): Promise<boolean>;
  /** Shows one of several that are laid side by side, which stay so. */
  choose(id: string): Promise<void>;
  /** Shows the first of several, and how scores change with what differs among them: a setting, or model and task. */
  compare(ids: readonly string[]): Promise<void>;
  /** Stops the run that goes on and shows what it took the place of. */
  undo(): Promise<void>;
  change(id: string, patch: HeadPatch): Promise<void>;
  remove(id: string): Promise<void>;
  /** Puts what was deleted last back. */
  restore(): Promise<void>;
  /** Deletes the oldest that are not pinned, one by one, until all that waits for room is kept. */
  makeRoom(): Promise<void>;
  /** Nothing is on show. */
  left(): void;
}

interface Parts {
  readonly experiment: Pick<ExperimentActions, "show" | "stop">;
  readonly cases: Pick<CaseActions, "refresh">;
  readonly sweep: Pick<SweepActions, "forget" | "take">;
  readonly view: Pick<ViewActions, "reset">;
  readonly now: () => ExperimentSlice;
  readonly archive: Archive;
  /** Resolves when no run goes on. */
  readonly ended: () => Promise<void>;
}

/** Results over visits: each run that ends is written at once. Their series stay out of the store. */
export function keptActions(
  slot: Slot<KeptSlice>,
  open: () => Promise<ResultStore>,
  parts: Parts,
  reporter: Reporter,
): KeptActions {
  const list = new KeptList(slot, open);
  const keeper = keeping(slot, list, parts, reporter);

  const asked = async (act: () => Promise<unknown>): Promise<void> => void (await attempt(reporter, "result", act));

  async function show(id: string, among = false): Promise<boolean> {
    if (isActive(parts.now().status)) return false;
    return await attempt(reporter, "result", async () => {
      const result = await list.read(id);
      // One may have begun while it was read.
      if (isActive(parts.now().status)) throw tooEarly();
      keeper.keep();
      if (!among) parts.sweep.forget();
      parts.experiment.show(result, "file", list.nameOf(id));
      slot.set({ shown: id, replaced: null });
      parts.view.reset();
      await parts.cases.refresh();
    });
  }

  return {
    load: () => asked(() => list.follow()),
    ...keeper,
    show: (id) => show(id),
    choose: async (id) => void (await show(id, true)),
    async compare(ids) {
      await asked(async () => {
        const results: { readonly key: string; readonly name: string; readonly result: ExperimentResult }[] = [];
        for (const id of ids) results.push({ key: id, name: list.nameOf(id), result: await list.read(id) });
        const [first] = ids;
        if (first !== undefined && (await show(first))) parts.sweep.take(results);
      });
    },
    async undo() {
      const { replaced } = slot.get();
      if (replaced === null) return;
      await parts.experiment.stop();
      await parts.ended();
      await show(replaced);
    },
    ...changes(slot, list, () => isActive(parts.now().status), asked),
    left: () => slot.set({ shown: null, replaced: null }),
  };
}

/** What changes entries, and takes them away. */
function changes(
  slot: Slot<KeptSlice>,
  list: KeptList,
  active: () => boolean,
  asked: (act: () => Promise<unknown>) => Promise<void>,
): Pick<KeptActions, "change" | "remove" | "restore" | "makeRoom"> {
  async function remove(id: string): Promise<void> {
    const head = slot.get().items.find((item) => item.id === id);
    // One that cannot be read cannot be had back either.
    const text = head === undefined || head.broken ? null : await list.textOf(id).catch(() => null);
    await list.writer.remove(id);
    const { shown, replaced } = slot.get();
    slot.set({
      deleted: head === undefined || text === null ? null : { head, text },
      shown: shown === id && !active() ? null : shown,
      replaced: replaced === id ? null : replaced,
    });
    await list.refresh();
  }

  return {
    change: (id, patch) =>
      asked(async () => {
        await (await list.writer.store()).change(id, patch);
        await list.refresh();
      }),
    remove: (id) => asked(() => remove(id)),
    restore: () =>
      asked(async () => {
        const { deleted } = slot.get();
        if (deleted === null) return;
        slot.set({ deleted: null });
        await list.write(deleted.head, new Blob([deleted.text]));
      }),
    makeRoom: () =>
      asked(async () => {
        while (slot.get().waiting.length > 0) {
          const [oldest] = goingFirst(slot.get());
          if (oldest === undefined) break;
          await list.drop(oldest.id);
        }
      }),
  };
}

/** What goes when there is no room, the first to go first: the oldest; none that is pinned, on show, or runs. */
export function goingFirst({ items, shown, replaced, waiting }: KeptSlice): readonly KeptItem[] {
  const spared = (id: string): boolean => id === shown || id === replaced || waiting.some((one) => one.id === id);
  return items.filter(({ id, pinned, held }) => !pinned && !held && !spared(id)).toReversed();
}

/** Experiments that were cut off, and that no tab has taken up again. */
export function cutOff({ items, shown }: KeptSlice): readonly KeptItem[] {
  return items.filter(({ id, over, held, broken }) => !over && !held && !broken && id !== shown);
}
