import { jsonFile, copiedFilesOf, type ExportedFile, type CopiedFiles } from "./export.ts";
import { writeSafetensors, type TensorData } from "./safetensors.ts";

/** A pre-trained model as it stands, and what is to be said of it. */
interface PretrainedModel {
  /** Hugging Face's class. */
  readonly architecture: string;
  readonly configJson: unknown;
  /** The folder that the tokenizer's files and the licence are taken from. */
  readonly vocabulary: CopiedFiles;
  readonly lowercase: boolean;
  readonly tensors: readonly TensorData[];
  /** Becomes pretraining.json: recipe and measurements. */
  readonly report: unknown;
}

/** The files of a Hugging Face folder, one after another. Errors: bad-model where a file of the tokenizer is gone. */
export async function* pretrainedFiles(model: PretrainedModel): AsyncGenerator<ExportedFile, void> {
  const { architecture, configJson, vocabulary, lowercase, tensors, report } = model;
  yield jsonFile("config.json", {
    ...(typeof configJson === "object" ? configJson : {}),
    architectures: [architecture],
    torch_dtype: "float32",
  });
  yield* copiedFilesOf(vocabulary, lowercase);
  yield { name: "model.safetensors", file: writeSafetensors(tensors) };
  yield jsonFile("pretraining.json", report);
}
