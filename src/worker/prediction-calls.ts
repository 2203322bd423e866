import type { FilePrediction } from "../experiment/prediction/file-prediction.ts";
import type { Turns } from "../experiment/running/turns.ts";
import { limitsOnGpu, type AskedModel } from "../experiment/trained/asked-model.ts";
import type { OpenedModels } from "../experiment/trained/opened-models.ts";
import type { TrainerApi } from "./api.ts";
import { guardedFile, type Cancels } from "./cancels.ts";
import type { Methods } from "./crossing.ts";
import type { Experiments } from "./experiments.ts";

/** The part of the page's seam that predicts a file: with a run's model on the GPU, with an opened one on the CPU. */
export function predictionCalls(turns: Turns, experiments: Experiments, opened: OpenedModels, cancels: Cancels) {
  let prediction: FilePrediction | null = null;

  /** Fetched at the first file and not before. */
  async function open(): Promise<FilePrediction> {
    const module = await import("../experiment/prediction/file-prediction.ts");
    prediction ??= new module.FilePrediction();
    return prediction;
  }

  const about = (model: string): Pick<AskedModel, "kind" | "labels" | "task"> =>
    opened.has(model) ? opened.asked(model) : experiments.models.about(model);

  async function asked(model: string): Promise<AskedModel> {
    if (opened.has(model)) return opened.asked(model);
    return await experiments.models.ask(model, limitsOnGpu(experiments.models.about(model).maxLength));
  }

  return {
    predictionInput: (file, model, choice) =>
      cancels.run("prediction", async (signal) => {
        const guarded = file === null ? null : guardedFile(file, signal);
        return await (await open()).input(guarded, about(model), choice, signal);
      }),
    predictFile: (model, mapping, onProgress) =>
      turns.take("A file is being predicted", async (control) => {
        const file = await open();
        const answering = await asked(model);
        try {
          return await file.predict(answering, mapping, control, onProgress);
        } finally {
          answering.dispose();
        }
      }),
  } satisfies Partial<Methods<TrainerApi>>;
}
