import { defaultValues } from "../../src/contract/fields.ts";
import type { Method } from "../../src/methods/method.ts";
import { modelOf } from "../../src/nn/families/index.ts";
import type { RunRequest, ShapeRequest } from "../../src/train/finetuning/assembly.ts";
import { trainingSettings } from "../../src/train/finetuning/settings.ts";
import { syntheticCheckpoint, syntheticSplit, syntheticTask } from "../train/synthetic.ts";

/** A model's sizes, by the names of config.json. */
export interface Shape {
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly intermediate_size: number;
}

const shape = (vocabulary: number, hidden: number, layers: number, heads: number, intermediate: number): Shape => ({
  vocab_size: vocabulary,
  hidden_size: hidden,
  num_hidden_layers: layers,
  num_attention_heads: heads,
  intermediate_size: intermediate,
});

/** `page`: the model that ships with it; the others are Google's BERTs of that name. */
export const shapes = {
  page: shape(16_000, 192, 3, 6, 768),
  tiny: shape(30_522, 128, 2, 2, 512),
  mini: shape(30_522, 256, 4, 4, 1024),
  base: shape(30_522, 768, 12, 12, 3072),
  large: shape(30_522, 1024, 24, 16, 4096),
} as const satisfies Record<string, Shape>;

export type ShapeName = keyof typeof shapes;

/** Rows of a batch, and tokens of each. */
export interface BatchSize {
  readonly rows: number;
  readonly tokens: number;
}

/** Of the page's short sentences, and of the usual length of BERT's fine-tuning. */
export const batches = { short: { rows: 16, tokens: 32 }, full: { rows: 16, tokens: 128 } } as const;

/** Batches of an epoch. */
const epochBatches = 8;

/** A run without weights: enough to plan. Dropout is 0 for every method, so that a ratio is the method's own. */
export function plannedRun(sizes: Shape, batch: BatchSize, method: Method, steps: number): ShapeRequest {
  const fields = defaultValues(method.fields);
  const split = (batchCount: number) => syntheticSplit(batch.rows * batchCount, batch.tokens, sizes.vocab_size);
  return {
    checkpoint: { model: modelOf({ model_type: "bert", max_position_embeddings: 512, type_vocab_size: 2, ...sizes }) },
    task: syntheticTask,
    labels: ["no", "yes"],
    train: split(epochBatches),
    dev: split(1),
    transfers: [],
    method,
    values: { ...fields, ...("dropout" in fields ? { dropout: 0 } : {}) },
    seed: 1,
    settings: trainingSettings({
      steps,
      batchSize: batch.rows,
      maxLength: batch.tokens,
      learningRate: 1e-4,
      order: "file",
    }),
  };
}

/** The same with random weights. */
export function weightedRun(sizes: Shape, batch: BatchSize, method: Method, steps: number): RunRequest {
  return { ...plannedRun(sizes, batch, method, steps), checkpoint: syntheticCheckpoint({ ...sizes }) };
}
