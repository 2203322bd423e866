import { writeResult } from "../../../analysis/result-text.ts";
import type { ExperimentResult, KeptRuns, RunRecord, SavedRun } from "../../../contract/run.ts";
import { countOf } from "../../../core/format.ts";
import type { ExperimentSlice, Keeper } from "../../experiment.ts";
import { attempt, type Reporter, type Slot } from "../../slot.ts";
import type { Archive } from "../archive.ts";
import { nameLimit, type KeptList, type KeptSlice } from "./kept-list.ts";

interface Parts {
  readonly now: () => ExperimentSlice;
  readonly archive: Archive;
}

/** Keeps what comes of an experiment while it goes on, under one entry, and what is on show before it gives way. */
export function keeping(
  slot: Slot<KeptSlice>,
  list: KeptList,
  { archive, now }: Parts,
  reporter: Reporter,
): Keeper & { readonly keep: () => void } {
  /** The entry of the experiment that goes on, or went on last. */
  let live = "";
  /** Gives it back to all tabs. */
  let release: Promise<(() => void) | null> | null = null;
  /** What the engine told last. */
  let taken: KeptRuns | null = null;

  const isEmpty = (): boolean => archive.runs.every(({ steps }) => steps.length === 0);
  /** Writes of the entry once this tab has it, or has another. */
  function write(work: () => Promise<void>): void {
    const holding = release;
    void attempt(reporter, "result", async () => {
      await holding;
      await work();
    });
  }

  async function put(id: string, file: Blob, runs: KeptRuns, called = ""): Promise<void> {
    const { config } = archive.known;
    if (config === null) return;
    const { name = called, pinned = false } = slot.get().items.find((item) => item.id === id) ?? {};
    const about = aboutOf(config, runs.planned);
    const head = { id, name: name === "" ? list.newNameOf(id) : name, about, savedAt: Date.now(), pinned, ...runs };
    await list.write(head, file, endedIn(archive.runs));
  }
  /** What is left of the entry; an experiment that came to its end before its first step leaves none. */
  function finish(over: boolean): void {
    const result = archive.result();
    const completed = completedIn(archive.runs);
    if (over && isEmpty()) {
      const id = live;
      slot.set({ shown: null });
      write(() => list.drop(id));
    } else if (result !== null && (taken?.over !== over || taken.completed !== completed)) {
      // The engine's last word may be overtaken by the end of the call.
      const file = new Blob([writeResult(result)]);
      write(() => put(live, file, { completed, planned: result.runs.length, over }));
    }
  }

  return {
    keep() {
      const result = archive.result();
      const { source, sourceName } = now();
      // What has an entry is there already, and the recorded run is always at hand.
      if (slot.get().shown !== null || result === null || source === "recorded" || isEmpty()) return;
      const id = newId();
      slot.set({ shown: id });
      const runs = { completed: completedIn(result.runs), planned: result.runs.length, over: true };
      const name = source === "file" ? sourceName.slice(0, nameLimit) : "";
      void attempt(reporter, "result", () => put(id, new Blob([writeResult(result)]), runs, name));
    },
    began(fresh) {
      const { shown } = slot.get();
      live = fresh || shown === null ? newId() : shown;
      taken = null;
      slot.set({ shown: live, ...(fresh ? { replaced: shown } : {}) });
      release = hold(list, live, () => {
        live = newId();
        slot.set({ shown: live });
      });
      release.catch(() => undefined);
    },
    take({ file, runs }) {
      taken = runs;
      if (!runs.over || !isEmpty()) write(() => put(live, file, runs));
    },
    takeRun: (saved) => write(() => list.writeRun(live, saved)),
    saved: (runs) => savedOf(list, slot.get().shown, runs),
    settled(over) {
      finish(over);
      const holding = release;
      release = null;
      void attempt(reporter, "result", async () => {
        const free = await holding;
        free?.();
        await list.refresh();
      });
    },
  };
}

/** Resolves with how to give an entry back; null where another tab has it: `denied` was called then. */
async function hold(list: KeptList, id: string, denied: () => void): Promise<(() => void) | null> {
  const held = await (await list.writer.store()).hold(id);
  // Another tab goes on with the same one: this one is kept beside it.
  if (held === null) denied();
  return held;
}

function completedIn(runs: ExperimentResult["runs"]): number {
  return runs.filter(({ status }) => status === "completed").length;
}

/** Those of an entry's runs that were saved under way; none where they cannot be read: the runs begin anew then. */
async function savedOf(list: KeptList, id: string | null, runs: readonly string[]): Promise<readonly SavedRun[]> {
  if (id === null) return [];
  try {
    const found = await (await list.writer.store()).readRuns(id);
    return found.filter(({ run }) => runs.includes(run));
  } catch {
    return [];
  }
}

/** Not those whose GPU or engine was lost under them, which may go on: the engine could give no reason. */
function endedIn(runs: readonly RunRecord[]): readonly string[] {
  const lost = "device-lost";
  const ahead = ({ status, error }: RunRecord): boolean =>
    status === "waiting" || status === "running" || (status === "failed" && (error?.code ?? lost) === lost);
  return runs.filter((run) => !ahead(run)).map(({ id }) => id);
}

function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function aboutOf({ plan, model }: ExperimentResult["config"], runCount: number): string {
  return [
    model.name,
    countOf(plan.methods.length, "method"),
    countOf(plan.seeds.length, "seed"),
    countOf(runCount, "run"),
  ]
    .join(" · ")
    .slice(0, 1000);
}
