import type { ModelRecord } from "../contract/run.ts";
import { AppError } from "../core/errors.ts";
import { drawNormal, drawUniform } from "../core/rng.ts";
import { formatShape, sizeOf } from "../core/shape.ts";
import type { Folder } from "../models/folder.ts";
import { openWeights } from "../models/folder-weights.ts";
import { modelOf } from "../nn/families/index.ts";
import type { Model } from "../nn/model.ts";
import { countBody } from "../nn/model.ts";
import type { Init, ParamSpec } from "../nn/params.ts";
import { matchTensors } from "./checkpoint-names.ts";
import { weightsReading } from "./model-reading.ts";

/** A pre-trained model in host memory: W(0) of every run. */
export interface Checkpoint {
  readonly model: Model;
  readonly folder: Folder;
  readonly configJson: unknown;
  /** By parameter name; the head is there only when the file has one. */
  readonly values: ReadonlyMap<string, Float32Array>;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly record: Omit<ModelRecord, "lowercase" | "source">;
}

/** What a new head starts from: weight N(0, initializerRange²) and bias 0, or both U(±1/√d) as PyTorch's nn.Linear. */
export type HeadStart = "normal" | "linear";

/**
 * Reads a Hugging Face folder: config.json, and model.safetensors or pytorch_model.bin.
 *
 * Errors: bad-config, bad-tensors, missing-tensor, shape-mismatch; each names what was found.
 */
export async function readCheckpoint(
  folder: Folder,
  progress: (done: number, total: number) => void = () => {},
): Promise<Checkpoint> {
  const configJson = await folder.json("config.json");
  const model = modelOf(configJson);
  const specs = model.params(2);
  const file = await openWeights(folder);
  const matched = matchTensors(model, specs, file);
  const { sources, skipped, notes } = matched;
  const values = new Map<string, Float32Array>();
  const shapes = new Map<string, readonly number[]>();
  for (const [name, source] of sources) {
    const read = await file.read(source);
    checkFinite(read, source, file.name);
    values.set(name, read);
    shapes.set(name, file.entries.get(source)?.shape ?? []);
    progress(values.size, sources.size);
  }
  const record = {
    name: folder.name,
    family: model.family.id,
    parameterCount: countBody(model),
    ...model.sizes,
    skippedTensors: skipped,
    reading: weightsReading(file, matched, specs),
    notes,
    adaptations: [],
  };
  return { model, folder, configJson, values, shapes, record };
}

/** Errors: bad-tensors where a value is no finite number. */
function checkFinite(values: Float32Array, source: string, file: string): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new AppError(
    "bad-tensors",
    `${source} of ${file} holds ${values[at]} at place ${at + 1} of ${values.length}: the model is broken, most often by a ` +
      "training that ran off. Take an earlier checkpoint of it.",
  );
}

/**
 * The value each parameter of a run starts from: the checkpoint's, or for a head that it lacks (or has in another
 * shape), and for what is named in `anew`, a value from the seed: N(0, initializerRange²), 0 or 1. A head that the
 * checkpoint lacks starts as headStart says.
 *
 * Departs: the code of the DPS paper has the head start as nn.Linear does; we follow Hugging Face's BERT unless `linear`
 * is asked for.
 */
export function initialValues(
  { model, values, shapes }: Pick<Checkpoint, "model" | "values" | "shapes">,
  specs: readonly ParamSpec[],
  seed: number,
  { anew = new Map(), headStart = "normal" }: FreshStart = {},
): ReadonlyMap<string, Float32Array> {
  return new Map(
    specs.map((spec) => {
      const { name, shape, group } = spec;
      const found = values.get(name);
      const fits = formatShape(shapes.get(name) ?? []) === formatShape(shape);
      const init = anew.get(name);
      if (init === undefined && found !== undefined && fits) return [name, found];
      if (group === "classifier" && headStart === "linear") {
        return [name, freshLinear(spec, model.sizes.hiddenSize, seed)];
      }
      return [name, freshValues(spec, init ?? spec.init, model.initializerRange, seed)];
    }),
  );
}

/** What of a run's start is not the checkpoint's. */
interface FreshStart {
  readonly anew?: ReadonlyMap<string, Init> | undefined;
  readonly headStart?: HeadStart;
}

/** A parameter that starts afresh: N(0, range²), 0 or 1. */
export function freshValues(
  { name, shape }: Pick<ParamSpec, "name" | "shape">,
  init: Init,
  range: number,
  seed: number,
): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  if (init !== "normal") return values.fill(init === "ones" ? 1 : 0);
  return values.map((_, index) => range * drawNormal(seed, `init ${name}`, 0, index));
}

/** Source: PyTorch's nn.Linear, whose weight and bias are both uniform within ±1/√d, d its inputs. */
function freshLinear({ name, shape }: ParamSpec, inputs: number, seed: number): Float32Array {
  const bound = 1 / Math.sqrt(inputs);
  return new Float32Array(sizeOf(shape)).map(
    (_, index) => bound * (2 * drawUniform(seed, `init ${name}`, 0, index) - 1),
  );
}
