import { writeResult } from "../../../analysis/result-text.ts";
import type { ExperimentResult, KeptRuns } from "../../../contract/run.ts";
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

  async function put(id: string, file: Blob, runs: KeptRuns, called = ""): Promise<void> {
    const { config } = archive.known;
    if (config === null) return;
    const { name = called, pinned = false } = slot.get().items.find((item) => item.id === id) ?? {};
    const about = aboutOf(config, runs.planned);
    const head = { id, name: name === "" ? list.newNameOf(id) : name, about, savedAt: Date.now(), pinned, ...runs };
    await list.write(head, file);
  }

  function putLive(file: Blob, runs: KeptRuns): void {
    if (isEmpty()) return;
    const holding = release;
    void attempt(reporter, "result", async () => {
      await holding;
      await put(live, file, runs);
    });
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
      release = hold(live);
      release.catch(() => undefined);
    },
    take({ file, runs }) {
      taken = runs;
      putLive(file, runs);
    },
    settled(over) {
      const result = archive.result();
      const completed = completedIn(archive.runs);
      // The engine's last word may be overtaken by the end of the call.
      if (result !== null && (taken?.over !== over || taken.completed !== completed)) {
        putLive(new Blob([writeResult(result)]), { completed, planned: result.runs.length, over });
      }
      const holding = release;
      release = null;
      void attempt(reporter, "result", async () => {
        const free = await holding;
        free?.();
        await list.refresh();
      });
    },
  };

  async function hold(id: string): Promise<(() => void) | null> {
    const held = await (await list.writer.store()).hold(id);
    // Another tab goes on with the same one: this one is kept beside it.
    if (held !== null) return held;
    live = newId();
    slot.set({ shown: live });
    return null;
  }
}

function completedIn(runs: ExperimentResult["runs"]): number {
  return runs.filter(({ status }) => status === "completed").length;
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
