import { catalog } from "../experiment/catalog.ts";
import { OpenedModels } from "../experiment/trained/opened-models.ts";
import { Turns } from "../experiment/running/turns.ts";
import { Workspace } from "../experiment/workspace.ts";
import { memoryStore } from "../models/hub/memory-store.ts";
import { adaptationCalls } from "./adaptation-calls.ts";
import type { TrainerApi } from "./api.ts";
import { crossing } from "./crossing.ts";
import { Downloads } from "./downloads.ts";
import type { BrowserStore } from "./downloads.ts";
import { experimentCalls } from "./experiment-calls.ts";

/**
 * The engine behind the page's seam. `gpu`: navigator.gpu, or another implementation in a test. `openStore`: where
 * downloads are kept.
 */
export function createTrainer(
  gpu: GPU | undefined,
  openStore: () => Promise<BrowserStore> = () => Promise.resolve({ store: memoryStore(), refusal: null }),
): TrainerApi {
  const downloads = new Downloads(openStore);
  const workspace = new Workspace(gpu);
  const turns = new Turns();
  const opened = new OpenedModels();

  return {
    catalog: () => crossing(() => catalog()),
    device: () => crossing(async () => (await workspace.engine()).device.record),
    loadModel: (files, source) => crossing(() => workspace.loadModel(files, source)),
    loadTable: (role, file, source) => crossing(() => workspace.loadTable(role, file, source)),
    loadTransfer: (name, file, source) => crossing(() => workspace.loadTransfer(name, file, source)),
    prepareData: (choice, maxLength) => crossing(() => workspace.prepareData(choice, maxLength)),
    ...experimentCalls(workspace, turns),
    pause: () => crossing(() => turns.control?.pause()),
    resume: () => crossing(() => turns.control?.resume()),
    stop: () => crossing(() => turns.control?.stop()),
    ...adaptationCalls(workspace, turns),
    presetMemory: (plan) => crossing(() => workspace.presetMemory(plan)),
    downloadModel: (request, onProgress) => crossing(() => downloads.model(request, onProgress)),
    downloadData: (request, paths, onProgress) => crossing(() => downloads.data(request, paths, onProgress)),
    cancelDownload: () => crossing(() => downloads.cancel()),
    storage: () => crossing(() => downloads.storage()),
    removeKept: (of) => crossing(() => downloads.remove(of)),
    openExported: (files) => crossing(() => opened.open(files)),
    closeExported: (id) => crossing(() => opened.close(id)),
    askOpened: (first, second) => crossing(() => opened.classify(first, second)),
  };
}
