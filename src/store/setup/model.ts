import type { ModelRecord, ModelSource } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import type { DroppedFile } from "../../worker/api.ts";
import type { Trainer } from "../../worker/client.ts";
import { askLatest, latestOnly, type Reporter, type Slot } from "../slot.ts";

/** A model folder has a handful of files; more than this is some other folder. */
const fileLimit = 500;

interface ModelSlice {
  readonly model: ModelRecord | null;
  readonly loading: boolean;
  /** Counts successful loads, so that what depends on the model knows to begin again. */
  readonly revision: number;
}

export const initialModel: ModelSlice = { model: null, loading: false, revision: 0 };

/** A model as it was given to the engine. */
export interface GivenModel {
  readonly files: readonly DroppedFile[];
  readonly source: ModelSource;
}

export interface ModelActions {
  /** Resolves with success. */
  load(files: readonly DroppedFile[], source?: ModelSource): Promise<boolean>;
  /** Hands the last good files to a fresh engine. */
  reload(): Promise<boolean>;
  /** The files of the loaded model, and where they are from. */
  given(): GivenModel;
}

export function modelActions(slot: Slot<ModelSlice>, trainer: Trainer, reporter: Reporter): ModelActions {
  const asking = { place: "model", ticket: latestOnly(), busy: (loading: boolean) => slot.set({ loading }) } as const;
  let files: readonly DroppedFile[] = [];
  let source: ModelSource = { kind: "file" };
  async function load(dropped: readonly DroppedFile[], from: ModelSource = { kind: "file" }): Promise<boolean> {
    if (dropped.length === 0) return false;
    return await askLatest(reporter, asking, async (current) => {
      if (dropped.length > fileLimit) throw tooMany(dropped.length);
      const model = await trainer.loadModel(dropped, from);
      if (!current()) return;
      files = dropped;
      source = from;
      slot.set({ model, revision: slot.get().revision + 1 });
    });
  }
  return { load, reload: () => load(files, source), given: () => ({ files, source }) };
}

function tooMany(count: number): AppError {
  const found = `The folder holds ${count} files; a model folder has only a few.`;
  return new AppError("bad-model", `${found} Drop the folder that directly contains config.json and the weights.`);
}
