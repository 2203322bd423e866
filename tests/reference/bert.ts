import { at, type Reference } from "./array.ts";
import { attention } from "./attention.ts";
import { binaryCrossEntropy } from "./binary-cross-entropy.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { embeddings } from "./embeddings.ts";
import { gelu } from "./gelu.ts";
import { matmul } from "./matmul.ts";
import { meanSquaredError } from "./mean-squared-error.ts";
import { residualLayernorm } from "./residual-layernorm.ts";
import { tanh } from "./tanh.ts";

/** Sizes of a BERT classifier; labels 1 means a regression. Rows have several labels where a batch has as many as logits. */
export interface BertSizes {
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediate: number;
  readonly labels: number;
  readonly eps: number;
  /** Between the Linears of the feed-forward; GELU in its erf form where left out. */
  readonly activation?: (x: Float64Array) => Reference;
}

/** Packed sequences: ids, types [tokens]; offsets [sequences + 1]; labels [sequences]. */
export interface BertBatch {
  readonly ids: ArrayLike<number>;
  readonly types: ArrayLike<number>;
  readonly offsets: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
}

/** Parameters by their Hugging Face names. */
export type NamedParameters = ReadonlyMap<string, Float64Array>;

/** Mean loss of a batch (cross-entropy, binary cross-entropy of several labels, or squared error) and its logits [sequences, labels]. */
export interface BertOutput {
  readonly loss: number;
  readonly logits: Float64Array;
}

/** A whole BERT classifier in float64, no dropout, as Hugging Face's BertForSequenceClassification computes it. */
export function bert(sizes: BertSizes, params: NamedParameters, batch: BertBatch): BertOutput {
  let hidden = embedded(sizes, params, batch);
  for (let layer = 0; layer < sizes.layers; layer++) {
    hidden = encoderLayer(sizes, params, `bert.encoder.layer.${layer}.`, batch.offsets, hidden);
  }
  const starts = Array.from({ length: batch.offsets.length - 1 }, (_, b) => at(batch.offsets, b));
  const firsts = starts.flatMap((start) => [...hidden.subarray(start * sizes.hidden, (start + 1) * sizes.hidden)]);
  const pooled = tanh(linear(params, "bert.pooler.dense", Float64Array.from(firsts))).value;
  const logits = linear(params, "classifier", pooled);
  return { loss: at(lossOf(sizes, logits, batch.labels).value, 0), logits };
}

function lossOf(sizes: BertSizes, logits: Float64Array, labels: ArrayLike<number>): Reference {
  if (sizes.labels === 1) return meanSquaredError(logits, labels);
  if (labels.length < logits.length) return crossEntropy(logits, labels);
  return binaryCrossEntropy(logits, labels, new Float64Array(sizes.labels).fill(1));
}

function named(params: NamedParameters, name: string): Float64Array {
  const values = params.get(name);
  if (values === undefined) throw new RangeError(`no parameter ${name}`);
  return values;
}

function linear(params: NamedParameters, name: string, x: Float64Array): Float64Array {
  const bias = named(params, `${name}.bias`);
  const weight = named(params, `${name}.weight`);
  const K = weight.length / bias.length;
  return matmul("nt", x, weight, { M: x.length / K, N: bias.length, K }, bias).value;
}

function normOf(params: NamedParameters, name: string, eps: number) {
  return { gamma: named(params, `${name}.weight`), beta: named(params, `${name}.bias`), eps };
}

function embedded(sizes: BertSizes, params: NamedParameters, batch: BertBatch): Float64Array {
  const positions: number[] = [];
  for (let b = 0; b + 1 < batch.offsets.length; b++) {
    for (let place = 0; place < at(batch.offsets, b + 1) - at(batch.offsets, b); place++) positions.push(place);
  }
  const prefix = "bert.embeddings.";
  return embeddings({
    word: named(params, `${prefix}word_embeddings.weight`),
    position: named(params, `${prefix}position_embeddings.weight`),
    type: named(params, `${prefix}token_type_embeddings.weight`),
    ids: batch.ids,
    positions,
    types: batch.types,
    norm: normOf(params, `${prefix}LayerNorm`, sizes.eps),
    mask: null,
    keepShare: 1,
  }).value;
}

function encoderLayer(
  sizes: BertSizes,
  params: NamedParameters,
  prefix: string,
  offsets: ArrayLike<number>,
  x: Float64Array,
): Float64Array {
  const { heads, eps, activation = gelu } = sizes;
  const context = attention({
    q: linear(params, `${prefix}attention.self.query`, x),
    k: linear(params, `${prefix}attention.self.key`, x),
    v: linear(params, `${prefix}attention.self.value`, x),
    offsets,
    heads,
    headSize: sizes.hidden / heads,
    keep: null,
    keepShare: 1,
  }).out.value;
  const attended = linear(params, `${prefix}attention.output.dense`, context);
  const norm = normOf(params, `${prefix}attention.output.LayerNorm`, eps);
  const middle = residualLayernorm(attended, x, null, 1, norm).value;
  const activated = activation(linear(params, `${prefix}intermediate.dense`, middle)).value;
  const last = linear(params, `${prefix}output.dense`, activated);
  return residualLayernorm(last, middle, null, 1, normOf(params, `${prefix}output.LayerNorm`, eps)).value;
}
