import type { ExportedFile, CopiedFiles } from "./export.ts";
import { jsonFile, copiedFilesOf } from "./export.ts";
import { writeSafetensors } from "./safetensors.ts";
import type { TensorData } from "./safetensors.ts";

/** A pre-trained model as it stands, and what is to be said of it. */
export interface PretrainedModel {
  readonly configJson: unknown;
  /** The folder that the tokenizer's files and the licence are taken from. */
  readonly vocabulary: CopiedFiles;
  readonly lowercase: boolean;
  readonly tensors: readonly TensorData[];
  /** F16 in place of F32. */
  readonly half: boolean;
  /** Becomes pretraining.json: recipe and measurements. */
  readonly report: unknown;
}

/** The files of a Hugging Face folder, one after another. Errors: bad-model where a file of the tokenizer is gone. */
export async function* pretrainedFiles(model: PretrainedModel): AsyncGenerator<ExportedFile, void> {
  const { configJson, vocabulary, lowercase, tensors, half, report } = model;
  const whole = tensors.some(({ name }) => name.startsWith("cls.predictions."));
  yield jsonFile("config.json", {
    ...(typeof configJson === "object" ? configJson : {}),
    architectures: [whole ? "BertForPreTraining" : "BertForNextSentencePrediction"],
    torch_dtype: half ? "float16" : "float32",
  });
  yield* copiedFilesOf(vocabulary, lowercase);
  yield { name: "model.safetensors", file: writeSafetensors(tensors, {}, half ? "F16" : "F32") };
  yield jsonFile("pretraining.json", report);
}
