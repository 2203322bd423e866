import * as v from "valibot";
import { AppError } from "../core/errors.ts";
import { placeholderIn } from "../core/strangers.ts";
import { readBytes } from "../core/bytes.ts";
import type { Folder } from "./folder.ts";
import { openSafetensors } from "./safetensors.ts";
import { withoutInnerWrappers } from "./inner-wrappers.ts";
import type { Weights } from "./weights.ts";

/** Files that hold a model's weights, the surest first, and the indices of those that lie in several. */
const single = ["model.safetensors", "pytorch_model.bin"] as const;
const indices = ["model.safetensors.index.json", "pytorch_model.bin.index.json"] as const;

const mostParts = 1000;
const index = v.object({ weight_map: v.record(v.string(), v.pipe(v.string(), v.regex(/^[\w.-]+$/))) });

/**
 * Opens a folder's model.safetensors, or where there is none its pytorch_model.bin, or the parts that their index names.
 *
 * Errors: bad-model, bad-archive, bad-tensors.
 */
export async function openWeights(folder: Folder): Promise<Weights> {
  return withoutInnerWrappers(await opened(folder));
}

async function opened(folder: Folder): Promise<Weights> {
  const whole = single.find((name) => folder.has(name));
  if (whole !== undefined) return await openPart(folder, whole);
  const parted = indices.find((name) => folder.has(name));
  if (parted !== undefined) return await openParts(folder, parted);
  return await openPart(folder, single[0]);
}

async function openPart(folder: Folder, name: string): Promise<Weights> {
  const blob = await folder.blob(name);
  const start = new Uint8Array(await readBytes(blob, 0, Math.min(blob.size, startBytes), name, "bad-tensors"));
  const found = placeholderIn(String.fromCharCode(...start));
  if (found !== null) throw new AppError("bad-tensors", `${name} is ${found}.`);
  // By what it holds: a file may have been renamed.
  const torch = (start[0] === 0x50 && start[1] === 0x4b) || start[0] === 0x80;
  const header = start.length > 8 && start[8] === 0x7b;
  const pickled = torch === header ? name.endsWith(".bin") : torch;
  if (!pickled) return await openSafetensors(blob, name);
  const { openPytorch } = await import("./torch/pytorch.ts");
  return await openPytorch(blob, name);
}

const startBytes = 512;

/** Several files as one. Source: Hugging Face's save_pretrained, whose index maps every tensor to its file. */
async function openParts(folder: Folder, indexName: string): Promise<Weights> {
  const read = v.safeParse(index, await folder.json(indexName));
  if (!read.success) {
    const [issue] = read.issues;
    const found = `${v.getDotPath(issue) ?? "it"}: ${issue.message}`.slice(0, 200);
    throw new AppError(
      "bad-model",
      `${indexName} is no index of weights (${found}). Wanted is a weight_map from tensors to files beside it: get it again.`,
    );
  }
  const map = read.output.weight_map;
  const names = [...new Set(Object.values(map))];
  if (names.length === 0 || names.length > mostParts) {
    throw new AppError(
      "bad-model",
      `${indexName} names ${names.length} files of weights; wanted are 1 to ${mostParts}. Save the model again, with a larger ` +
        "max_shard_size.",
    );
  }
  const missing = names.filter((name) => !folder.has(name));
  if (missing.length > 0) {
    const listed = missing.slice(0, 3).join(", ");
    throw new AppError(
      "bad-model",
      `${folder.name} lacks ${missing.length} of its ${names.length} parts: ${listed}. Add them.`,
    );
  }
  const parts = new Map<string, Weights>();
  for (const name of names) parts.set(name, await openPart(folder, name));
  const found = Object.entries(map).flatMap(([tensor, name]) => {
    const part = parts.get(name);
    const entry = part?.entries.get(tensor);
    return part === undefined || entry === undefined ? [] : [{ tensor, part, entry }];
  });
  const places = new Map(found.map(({ tensor, part }) => [tensor, part]));
  return {
    name: indexName,
    notes: [...new Set([...parts.values()].flatMap(({ notes = [] }) => notes))],
    entries: new Map(found.map(({ tensor, entry }) => [tensor, entry])),
    async read(tensor) {
      const part = places.get(tensor);
      if (part !== undefined) return await part.read(tensor);
      throw new AppError("missing-tensor", `${indexName} has no tensor "${tensor}"; it names ${places.size} others.`);
    },
  };
}
