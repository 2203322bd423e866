import { Adaptation } from "../experiment/adaptation.ts";
import type { Turns } from "../experiment/turns.ts";
import type { Workspace } from "../experiment/workspace.ts";
import type { TrainerApi } from "./api.ts";
import { batched, crossing } from "./crossing.ts";

type AdaptationCalls = Pick<TrainerApi, "loadTexts" | "planAdaptation" | "adapt" | "restoreModel" | "exportAdapted">;

/** Documents between two words on how far the reading is. */
const documentsPerEvent = 64;

/** The part of the page's seam that adapts the loaded model to a text. */
export function adaptationCalls(workspace: Workspace, turns: Turns): AdaptationCalls {
  const adaptation = new Adaptation(workspace);

  const loadTexts: TrainerApi["loadTexts"] = (files, onEvents) =>
    batched(onEvents, (emit) =>
      adaptation.loadTexts(files, (documents, tokens) => {
        if (documents % documentsPerEvent !== 0) return;
        emit({ kind: "phase", text: "Reading the text, tokens so far:", done: tokens, total: 0 });
      }),
    );

  const adapt: TrainerApi["adapt"] = (values, onEvents) =>
    turns.take("The model is being adapted", (control) =>
      batched(onEvents, (emit) => adaptation.adapt(values, control, emit)),
    );

  return {
    loadTexts: (files, onEvents) => crossing(() => loadTexts(files, onEvents)),
    planAdaptation: (values) => crossing(() => adaptation.plan(values)),
    adapt: (values, onEvents) => crossing(() => adapt(values, onEvents)),
    restoreModel: () => crossing(() => turns.take("The model is being put back", () => adaptation.restore())),
    exportAdapted: () => crossing(() => adaptation.pack()),
  };
}
