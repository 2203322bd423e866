import type { Adaptation } from "../experiment/adaptation/adaptation.ts";
import type { Turns } from "../experiment/running/turns.ts";
import type { Workspace } from "../experiment/workspace.ts";
import type { TrainerApi } from "./api.ts";
import { guardedFiles, type Cancels } from "./cancels.ts";
import { batched, type Methods } from "./crossing.ts";

/** Documents between two words on how far the reading is. */
const documentsPerEvent = 64;

/** The part of the page's seam that adapts the loaded model to a text. */
export function adaptationCalls(workspace: Workspace, turns: Turns, cancels: Cancels) {
  let adaptation: Adaptation | null = null;

  /** Fetched at the first text and not before: most visitors fine-tune a model as it is. */
  async function open(): Promise<Adaptation> {
    const module = await import("../experiment/adaptation/adaptation.ts");
    adaptation ??= new module.Adaptation(workspace);
    return adaptation;
  }

  return {
    loadTexts: (files, onEvents) =>
      batched(onEvents, async (emit) => {
        const opened = await open();
        const read = (signal: AbortSignal) =>
          opened.loadTexts(guardedFiles(files, signal), (documents, tokens) => {
            if (documents % documentsPerEvent !== 0) return;
            emit({ kind: "phase", text: "Reading the text, tokens so far:", done: tokens, total: 0 });
          });
        return await cancels.run("texts", read, () => opened.abandonTexts());
      }),
    planAdaptation: async (values) => (await open()).plan(values),
    adapt: (values, onEvents) =>
      turns.take("The model is being adapted", (control) =>
        batched(onEvents, async (emit) => (await open()).adapt(values, control, emit)),
      ),
    restoreModel: () => turns.take("The model is being put back", async () => (await open()).restore()),
    exportAdapted: () => cancels.run("export", async () => (await open()).pack()),
  } satisfies Partial<Methods<TrainerApi>>;
}
