import type { PredictedFile, PredictionInput, TextMapping } from "../../contract/prediction.ts";
import { asTheFileSays, type ReadingChoice } from "../../contract/reading.ts";
import { failureOf } from "../../core/errors.ts";
import type { DroppedFile } from "../../worker/api.ts";
import type { Trainer } from "../../worker/client.ts";
import { latestOnly, type Slot } from "../slot.ts";

interface PredictionSlice {
  /** The model that is to be asked: a run or an opened model, by id; null: none was chosen yet. */
  readonly model: string | null;
  /** As the model would read the file; null without a file. */
  readonly input: PredictionInput | null;
  /** How a person wants it read; what is null in it was read off the file. */
  readonly choice: ReadingChoice;
  readonly loading: boolean;
  /** The columns that are read; null where a person has to say. */
  readonly mapping: TextMapping | null;
  /** Rows done; null while nothing is being predicted. */
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly stopping: boolean;
  readonly result: PredictedFile | null;
  readonly error: string | null;
}

export const initialPrediction: PredictionSlice = {
  model: null,
  input: null,
  choice: asTheFileSays,
  loading: false,
  mapping: null,
  progress: null,
  stopping: false,
  result: null,
  error: null,
};

export interface PredictionActions {
  /** Reads a file as this model would. */
  load(files: readonly DroppedFile[], model: string): Promise<void>;
  /** Reads the file that is there anew, another way; where that fails it stays as it was read. */
  readAgain(choice: ReadingChoice): Promise<void>;
  /** Has another model read the file that is there. */
  choose(model: string): Promise<void>;
  map(mapping: TextMapping): void;
  /** Asks the model of every row. One at a time. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The engine is a fresh one, or has other models: what is being predicted is stopped. */
  forget(): void;
}

/** Predicting a file with a trained or an opened model. */
export function predictionActions(slot: Slot<PredictionSlice>, trainer: Trainer): PredictionActions {
  const ticket = latestOnly();

  let last: DroppedFile | null = null;

  async function read(file: DroppedFile | null, model: string, choice: ReadingChoice): Promise<void> {
    const holds = ticket();
    slot.set({ model, loading: true, error: null, result: null });
    try {
      const input = await trainer.predictionInput(file, model, choice);
      if (!holds()) return;
      last = file ?? last;
      slot.set({ input, choice, mapping: input.mapping });
    } catch (thrown) {
      const { code, message } = failureOf(thrown);
      if (holds() && code !== "stopped") slot.set({ error: message });
    } finally {
      if (holds()) slot.set({ loading: false });
    }
  }

  async function stop(): Promise<void> {
    slot.set({ stopping: true });
    await trainer.stop().catch((thrown: unknown) => slot.set({ error: failureOf(thrown).message }));
  }

  return {
    async load(files, model) {
      const [file] = files;
      if (file !== undefined && slot.get().progress === null) await read(file, model, asTheFileSays);
    },
    async readAgain(choice) {
      const { model, progress } = slot.get();
      if (last !== null && model !== null && progress === null) await read(last, model, choice);
    },
    async choose(model) {
      if (slot.get().progress !== null) return;
      if (slot.get().input === null) slot.set({ model, error: null });
      else await read(null, model, slot.get().choice);
    },
    map: (mapping) => slot.set({ mapping, result: null, error: null }),
    async start() {
      const { model, input, mapping, progress } = slot.get();
      if (model === null || input === null || mapping === null || progress !== null) return;
      const holds = ticket();
      slot.set({ progress: { done: 0, total: input.rowCount }, stopping: false, result: null, error: null });
      try {
        const result = await trainer.predictFile(model, mapping, (done, total) => {
          if (holds() && slot.get().progress !== null) slot.set({ progress: { done, total } });
        });
        if (holds()) slot.set({ result });
      } catch (thrown) {
        const { code, message } = failureOf(thrown);
        if (holds() && !(code === "stopped" && slot.get().stopping)) slot.set({ error: message });
      } finally {
        if (holds()) slot.set({ progress: null, stopping: false });
      }
    },
    stop,
    forget() {
      if (slot.get().progress !== null) void trainer.stop().catch(() => undefined);
      ticket();
      last = null;
      slot.set(initialPrediction);
    },
  };
}
