import { measurePaces } from "../experiment/calibration.ts";
import { choicesInMemory } from "../experiment/kernels/kernel-tuning.ts";
import type { ChoiceStore } from "../experiment/kernels/kernel-tuning.ts";
import { catalog } from "../experiment/catalog.ts";
import { OpenedModels } from "../experiment/trained/opened-models.ts";
import { Turns } from "../experiment/running/turns.ts";
import { Workspace } from "../experiment/workspace.ts";
import { memoryStore } from "../models/hub/memory-store.ts";
import { adaptationCalls } from "./adaptation-calls.ts";
import type { TrainerApi } from "./api.ts";
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

  const calls: Methods<TrainerApi> = {
    catalog: () => catalog(),
    device: async () => (await workspace.engine()).device.record,
    loadModel: (files, source) =>
      uses.during("model", "model", source, async () => await workspace.loadModel(files, source)),
    loadTable: (role, file, source, choice) =>
      uses.during(role, "dataset", source, async () => await workspace.loadTable(role, file, source, choice)),
    loadTransfer: (name, file, source, choice) =>
      uses.during(`set ${name}`, "dataset", source, async () => {
        return await workspace.loadTransfer(name, file, source, choice);
      }),
    prepareData: (choice, maxLength) => workspace.prepareData(choice, maxLength),
    useKernels: (source) => workspace.useKernels(source, { orAuto: true }),
    ...experimentCalls(workspace, turns, experiments),
    ...predictionCalls(turns, experiments, opened),
    measure: (plan) =>
      turns.take("Steps are being timed", async (control) => {
        return await workspace.engines.surviving(control, async () => {
          await workspace.tune(plan);
          return await measurePaces(await workspace.experiment(plan), control);
        });
      }),
    pause: () => turns.control?.pause(),
    resume: () => turns.control?.resume(),
    stop: () => turns.control?.stop(),
    ...adaptationCalls(workspace, turns),
    presetMemory: (plan) => workspace.presetMemory(plan),
    downloadModel: (request, onProgress) => downloads.model(request, onProgress),
    downloadData: (request, paths, onProgress) => downloads.data(request, paths, onProgress),
    cancelDownload: () => downloads.cancel(),
    storage: () => downloads.storage(),
    removeKept: (of) => downloads.remove(of),
    openExported: (files) => opened.open(files),
    closeExported: (id) => opened.close(id),
    askOpened: (first, second) => opened.classify(first, second),
  };
  return crossingCalls<TrainerApi>(calls, (thrown) => workspace.engines.explain(thrown));
}
