import { drawBits, drawNormal, drawUniform } from "../../../src/core/rng.ts";
import { sizeOf } from "../../../src/core/shape.ts";

/**
 * What every row of the table trains: a BERT classifier of two labels (post-LayerNorm, erf GELU, pooler), mean
 * cross-entropy over one padded batch that is repeated, AdamW, f32, no dropout, no clipping.
 */
export interface Problem {
  readonly sizes: Sizes;
  readonly parameters: readonly Parameter[];
  /** By parameter name. */
  readonly weights: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
  readonly batch: PaddedBatch;
}

export interface Sizes {
  readonly vocabulary: number;
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly inner: number;
  /** Rows of the batch. */
  readonly sequences: number;
  /** Tokens a row, padding included. */
  readonly length: number;
}

/** One weight, by its name in BERT's own files. Only vectors (biases and LayerNorm) are not decayed. */
export interface Parameter {
  readonly name: string;
  /** A linear's weight is [in, out], as the peers multiply; BERT's files have [out, in]. */
  readonly shape: readonly number[];
  readonly kind: "table" | "linear" | "vector";
}

/** [sequences, length] each but the labels [sequences]; the mask is 1 at real tokens, and padding is 0 everywhere. */
export interface PaddedBatch {
  readonly ids: Int32Array<ArrayBuffer>;
  readonly types: Int32Array<ArrayBuffer>;
  readonly mask: Float32Array<ArrayBuffer>;
  readonly labels: Int32Array<ArrayBuffer>;
}

export const adamw = { learningRate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };
export const layerNormEpsilon = 1e-12;
const positions = 512;
export const labelCount = 2;

const tiny = { vocabulary: 30_522, layers: 2, hidden: 128, heads: 2, inner: 512, sequences: 16, length: 128 };
const configs: Readonly<Record<string, Sizes>> = {
  "mini-lab": { ...tiny, vocabulary: 2048, sequences: 8, length: 64 },
  tiny,
  small4: { ...tiny, layers: 4, hidden: 256, heads: 4, inner: 1024, sequences: 8 },
};

const seed = 1;

/** The problem of a name, the same values in every process. Errors: an Error where there is no such name. */
export function problemOf(config: string): Problem {
  const sizes = configs[config];
  if (sizes === undefined)
    throw new Error(`There is no config ${config}; there are ${Object.keys(configs).join(", ")}.`);
  const parameters = parametersOf(sizes);
  return {
    sizes,
    parameters,
    weights: new Map(parameters.map((parameter) => [parameter.name, initial(parameter)])),
    batch: batchOf(sizes),
  };
}

/** Name of a weight of an encoder layer; layers count from 0. */
export function inLayer(layer: number, name: string): string {
  return `bert.encoder.layer.${layer}.${name}`;
}

/** What is kept under a parameter's name. Errors: an Error where there is nothing. */
export function named<T>(values: Readonly<Record<string, T>>, name: string): T {
  const found = values[name];
  if (found === undefined) throw new Error(`There is no ${name}.`);
  return found;
}

function parametersOf({ vocabulary, layers, hidden, inner }: Sizes): readonly Parameter[] {
  const table = (name: string, rows: number): Parameter => ({ name, shape: [rows, hidden], kind: "table" });
  const vector = (name: string, size: number): Parameter => ({ name, shape: [size], kind: "vector" });
  const linear = (name: string, from: number, to: number): readonly Parameter[] => [
    { name: `${name}.weight`, shape: [from, to], kind: "linear" },
    vector(`${name}.bias`, to),
  ];
  const layerNorm = (name: string) => [vector(`${name}.weight`, hidden), vector(`${name}.bias`, hidden)];
  const layer = (index: number): readonly Parameter[] => [
    ...linear(inLayer(index, "attention.self.query"), hidden, hidden),
    ...linear(inLayer(index, "attention.self.key"), hidden, hidden),
    ...linear(inLayer(index, "attention.self.value"), hidden, hidden),
    ...linear(inLayer(index, "attention.output.dense"), hidden, hidden),
    ...layerNorm(inLayer(index, "attention.output.LayerNorm")),
    ...linear(inLayer(index, "intermediate.dense"), hidden, inner),
    ...linear(inLayer(index, "output.dense"), inner, hidden),
    ...layerNorm(inLayer(index, "output.LayerNorm")),
  ];
  return [
    table("bert.embeddings.word_embeddings.weight", vocabulary),
    table("bert.embeddings.position_embeddings.weight", positions),
    table("bert.embeddings.token_type_embeddings.weight", 2),
    ...layerNorm("bert.embeddings.LayerNorm"),
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    ...linear("bert.pooler.dense", hidden, hidden),
    ...linear("classifier", hidden, labelCount),
  ];
}

/** LayerNorm weights 1, biases 0, the rest N(0, 0.02²). */
function initial({ name, shape, kind }: Parameter): Float32Array<ArrayBuffer> {
  const values = new Float32Array(sizeOf(shape));
  if (kind === "vector") return name.endsWith("LayerNorm.weight") ? values.fill(1) : values;
  return values.map((_, index) => 0.02 * drawNormal(seed, name, 0, index));
}

/** Rows of half the length or more, each a pair of texts; labels 0 or 1. */
function batchOf({ vocabulary, sequences, length }: Sizes): PaddedBatch {
  const ids = new Int32Array(sequences * length);
  const types = new Int32Array(sequences * length);
  const mask = new Float32Array(sequences * length);
  for (let row = 0; row < sequences; row++) {
    const tokens = Math.floor(length * (0.5 + 0.5 * drawUniform(seed, "length", 0, row)));
    for (let place = 0; place < tokens; place++) {
      const at = row * length + place;
      ids[at] = 1 + (drawBits(seed, "token", 0, at) % (vocabulary - 1));
      types[at] = place > tokens / 2 ? 1 : 0;
      mask[at] = 1;
    }
  }
  const labels = Int32Array.from({ length: sequences }, (_, row) => drawBits(seed, "label", 0, row) % 2);
  return { ids, types, mask, labels };
}
