import type { TaskEntry } from "../../contract/catalog.ts";
import type { DownloadProgress } from "../../contract/sources/hub.ts";
import type { PresetMemory } from "../../contract/sources/presets.ts";
import type { ExperimentPlan } from "../../contract/run.ts";
import { AppError, failureOf } from "../../core/errors.ts";
import type { Downloaded, DownloadRequest } from "../../worker/api.ts";
import type { Trainer } from "../../worker/client.ts";
import type { DataActions } from "./data.ts";
import type { ModelActions } from "./model.ts";
import { latestOnly, type Reporter, type Slot } from "../slot.ts";
import type { KeptRepository, StorageActions } from "./storage.ts";

/** What a download is for. */
export type DownloadAim = "model" | "data";

/** A download that is going on. */
export interface DownloadState {
  readonly aim: DownloadAim;
  /** What is coming, as a name. */
  readonly label: string;
  /** null until the engine has told of it. */
  readonly progress: DownloadProgress | null;
  /** It was asked to end. */
  readonly cancelling: boolean;
}

interface HubSlice {
  /** What stands in the field of the model's id, and of its revision: "" for the main branch. */
  readonly modelId: string;
  readonly revision: string;
  /** Task whose own tables are to be fetched; null before one was chosen. */
  readonly task: string | null;
  /** Which of the task's files to score on. */
  readonly devPath: string | null;
  /** Of each of the catalog's presets, by its id; [] before it was asked for. */
  readonly memory: readonly PresetMemory[];
  /** Why the presets' memory cannot be said, as a sentence. */
  readonly memoryProblem: string | null;
  readonly download: DownloadState | null;
  /** A sentence of the last download that a person should know and that is no error; null without. */
  readonly remark: { readonly aim: DownloadAim; readonly text: string } | null;
}

export const initialHub: HubSlice = {
  modelId: "",
  revision: "",
  task: null,
  devPath: null,
  memory: [],
  memoryProblem: null,
  download: null,
  remark: null,
};

/** The branch that is meant where none is named. */
export const mainRevision = "main";

export interface HubActions {
  setModel(id: string, revision?: string): void;
  setTask(task: string | null, devPath?: string): void;
  /** Asks for the memory that a run of the plan would take with each preset; null: there is no plan. */
  refreshMemory(plan: ExperimentPlan | null): Promise<void>;
  /** Fetches the model that the fields name and loads it. */
  downloadModel(): Promise<void>;
  /** Loads a kept model without asking a Hub, or goes on with one that broke off. */
  openKept(model: KeptRepository): Promise<void>;
  /** Fetches a task's train and dev table and reads them. */
  downloadTask(task: TaskEntry): Promise<void>;
  cancel(): Promise<void>;
}

/** What downloads work with. */
interface Parts {
  readonly model: Pick<ModelActions, "load">;
  readonly data: Pick<DataActions, "load" | "setTask">;
  readonly storage: Pick<StorageActions, "refresh">;
  /** The Hub's address in force. */
  readonly address: () => string;
}

const places = { model: "hub-model", data: "hub-data" } as const;

/** Runs a download and hands what came on; errors go to the reporter. */
type Download = (
  aim: DownloadAim,
  label: string,
  fetch: (onProgress: (progress: DownloadProgress) => void) => Promise<Downloaded>,
  take: (got: Downloaded) => Promise<unknown>,
) => Promise<void>;

function oneAtATime(slot: Slot<HubSlice>, storage: Parts["storage"], reporter: Reporter): Download {
  return async (aim, label, fetch, take) => {
    reporter.clear(places[aim]);
    if (slot.get().download !== null) {
      const found = `${slot.get().download?.label ?? ""} is still being downloaded.`;
      reporter.report(places[aim], new AppError("bad-settings", `${found} Wait for it, or cancel it.`));
      return;
    }
    slot.set({ download: { aim, label, progress: null, cancelling: false }, remark: null });
    try {
      const got = await fetch((progress) => {
        const { download: current } = slot.get();
        if (current !== null) slot.set({ download: { ...current, progress } });
      });
      await take(got);
      slot.set({ download: null, remark: remarkOn(aim, got) });
    } catch (thrown) {
      slot.set({ download: null });
      reporter.report(places[aim], thrown);
    }
    await storage.refresh();
  };
}

/** Downloads, one at a time: what was loaded before stays until what came can take its place. */
export function hubActions(
  slot: Slot<HubSlice>,
  trainer: Trainer,
  { model, data, storage, address }: Parts,
  reporter: Reporter,
): HubActions {
  const memoryTicket = latestOnly();

  const download = oneAtATime(slot, storage, reporter);

  async function getModel(request: DownloadRequest): Promise<void> {
    await download(
      "model",
      request.id,
      (onProgress) => trainer.downloadModel(request, onProgress),
      ({ files, source }) => model.load(files, source),
    );
  }

  return {
    setModel: (modelId, revision = "") => slot.set({ modelId, revision }),
    setTask: (task, devPath) => slot.set({ task, devPath: devPath ?? null }),
    async refreshMemory(plan) {
      const current = memoryTicket();
      if (plan === null) {
        slot.set({ memory: [], memoryProblem: null });
        return;
      }
      try {
        const memory = await trainer.presetMemory(plan);
        if (current()) slot.set({ memory, memoryProblem: null });
      } catch (thrown) {
        if (current()) slot.set({ memory: [], memoryProblem: failureOf(thrown).message });
      }
    },
    async downloadModel() {
      const { modelId, revision } = slot.get();
      if (modelId.trim() === "") {
        reporter.clear("hub-model");
        const wanted = "Type the id of a model, as in google/bert_uncased_L-2_H-128_A-2, or choose one of the list.";
        reporter.report("hub-model", new AppError("bad-settings", wanted));
        return;
      }
      const named = revision.trim() === "" ? mainRevision : revision.trim();
      await getModel({ hub: address(), id: modelId.trim(), revision: named, keptOnly: false });
    },
    openKept: ({ id, commit, complete }) => getModel({ hub: address(), id, revision: commit, keptOnly: complete }),
    async downloadTask({ id, label, hub }) {
      if (hub === null) return;
      const dev = hub.dev.find(({ path }) => path === slot.get().devPath) ?? hub.dev[0];
      const request = { hub: address(), id: hub.dataset, revision: mainRevision, keptOnly: false };
      await download(
        "data",
        label,
        (onProgress) => trainer.downloadData(request, [hub.train.path, dev.path], onProgress),
        async ({ files: [train, validation], source }) => {
          if (train === undefined || validation === undefined) throw new AppError("bug", "A table did not come.");
          await Promise.all([
            data.load("train", [train], { ...source, path: hub.train.path }),
            data.load("dev", [validation], { ...source, path: dev.path }),
          ]);
          data.setTask(id);
        },
      );
    },
    async cancel() {
      const { download: current } = slot.get();
      if (current === null) return;
      slot.set({ download: { ...current, cancelling: true } });
      await trainer.cancelDownload();
    },
  };
}

function remarkOn(aim: DownloadAim, { offline }: Downloaded): HubSlice["remark"] {
  return offline === null ? null : { aim, text: `${offline} What was kept here was used.` };
}
