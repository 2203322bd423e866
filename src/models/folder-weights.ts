import type { Folder } from "./folder.ts";
import { openPytorch } from "./torch/pytorch.ts";
import { openSafetensors } from "./safetensors.ts";
import type { Weights } from "./weights.ts";

/**
 * Opens a folder's model.safetensors, or where there is none its pytorch_model.bin.
 *
 * Errors: bad-model, bad-archive, bad-tensors.
 */
export async function openWeights(folder: Folder): Promise<Weights> {
  const pickled = !folder.has("model.safetensors") && folder.has("pytorch_model.bin");
  const name = pickled ? "pytorch_model.bin" : "model.safetensors";
  const blob = await folder.blob(name);
  return pickled ? openPytorch(blob, name) : openSafetensors(blob, name);
}
