import { measurePaces } from "../experiment/calibration.ts";
import { choicesInMemory } from "../experiment/kernels/kernel-tuning.ts";
import type { ChoiceStore } from "../experiment/kernels/kernel-tuning.ts";
import { catalog } from "../experiment/catalog.ts";
import { OpenedModels } from "../experiment/trained/opened-models.ts";
import { endWhenStopped } from "../experiment/running/control.ts";
import { Turns } from "../experiment/running/turns.ts";
import { Workspace } from "../experiment/workspace.ts";
import { memoryStore } from "../models/hub/memory-store.ts";
import { adaptationCalls } from "./adaptation-calls.ts";
import type { Cancellable, TrainerApi } from "./api.ts";
import { Cancels, guardedFile, guardedFiles } from "./cancels.ts";
import { crossingCalls, type Methods } from "./crossing.ts";
import { Downloads, type BrowserStore } from "./downloads.ts";
import { experimentCalls } from "./experiment-calls.ts";
import { Experiments } from "./experiments.ts";
import { predictionCalls } from "./prediction-calls.ts";

/**
 * The engine behind the page's seam. `gpu`: navigator.gpu, or another implementation in a test. `openStore`: where
 * downloads are kept. `choices`: where choices of kernels are.
 */
export function createTrainer(
  gpu: GPU | undefined,
  openStore: () => Promise<BrowserStore> = () => Promise.resolve({ store: memoryStore(), refusal: null }),
  choices: ChoiceStore = choicesInMemory(),
): TrainerApi {
  const downloads = new Downloads(openStore);
  const { uses } = downloads;
  const workspace = new Workspace(gpu, choices);
  const turns = new Turns();
  const opened = new OpenedModels();
  const experiments = new Experiments(workspace, turns);

  const cancels = new Cancels();
  /** `part`: of the workspace, which stays as it was where the reading is cancelled. */
  const reading = <T>(what: Cancellable, part: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    cancels.run(what, work, () => workspace.abandon(part));

  const calls: Methods<TrainerApi> = {
    catalog: () => catalog(),
    device: async () => (await workspace.engine()).device.record,
    loadModel: (files, source) =>
      reading("model", "model", async (signal) => {
        const load = () => workspace.loadModel(guardedFiles(files, signal), source);
        return await uses.during("model", "model", source, load);
      }),
    loadTable: (role, file, source, choice) =>
      reading(role, role, async (signal) => {
        const guarded = file === null ? null : guardedFile(file, signal);
        return await uses.during(role, "dataset", source, () => workspace.loadTable(role, guarded, source, choice));
      }),
    loadTransfer: (name, file, source, choice) =>
      reading("sets", `set ${name}`, async (signal) => {
        const guarded = file === null ? null : guardedFile(file, signal);
        const load = () => workspace.loadTransfer(name, guarded, source, choice);
        return await uses.during(`set ${name}`, "dataset", source, load);
      }),
    prepareData: (choice, maxLength) => reading("data", "data", () => workspace.prepareData(choice, maxLength)),
    cancel: (what) => cancels.cancel(what),
    useKernels: (source) => workspace.useKernels(source, { orAuto: true }),
    ...experimentCalls(workspace, turns, experiments, cancels),
    ...predictionCalls(turns, experiments, opened, cancels),
    measure: (plan) =>
      cancels.run("timing", (signal) =>
        turns.take("Steps are being timed", async (control) => {
          signal.addEventListener("abort", () => control.stop());
          return await workspace.engines.surviving(control, async () => {
            await workspace.tune(plan, () => endWhenStopped(control));
            return await measurePaces(await workspace.experiment(plan), control);
          });
        }),
      ),
    pause: () => turns.control?.pause(),
    resume: () => turns.control?.resume(),
    stop: () => turns.control?.stop(),
    ...adaptationCalls(workspace, turns, cancels),
    presetMemory: (plan) => workspace.presetMemory(plan),
    downloadModel: (request, onProgress) => downloads.model(request, onProgress),
    downloadData: (request, paths, onProgress) => downloads.data(request, paths, onProgress),
    cancelDownload: () => downloads.cancel(),
    storage: () => downloads.storage(),
    removeKept: (of) => downloads.remove(of),
    openExported: (files) =>
      cancels.run("opened", async (signal) => {
        const model = await opened.open(guardedFiles(files, signal));
        if (signal.aborted) await opened.close(model.id);
        return model;
      }),
    closeExported: (id) => opened.close(id),
    askOpened: (first, second) => opened.classify(first, second),
  };
  return crossingCalls<TrainerApi>(calls, (thrown) => workspace.engines.explain(thrown));
}
