import { AppError } from "../core/errors.ts";
import { formatShape, sizeOf } from "../core/shape.ts";
import { encodeOnnx } from "./onnx/onnx-wire.ts";
import type { Attribute, OnnxInitializer, OnnxNode } from "./onnx/onnx-wire.ts";
import type { TensorData } from "./safetensors.ts";

/** Sizes of a BERT with a head. */
export interface OnnxSizes {
  readonly hiddenSize: number;
  readonly layerCount: number;
  readonly headCount: number;
  readonly layerNormEpsilon: number;
  readonly outputCount: number;
}

/** Inputs, i64 [batch, length] each, as Hugging Face's tokenizers give them. */
const inputNames = ["input_ids", "attention_mask", "token_type_ids"] as const;

/** The first version with LayerNormalization; onnxruntime reads it since 2021. */
const opset = 17;
/** A protobuf reader refuses anything longer. */
const maxFileBytes = 2 ** 31 - 1;
/** Added to the scores of padding: exp() of it is 0, and unlike an infinity it makes no NaN where all is padding. */
const masked = -1e9;

/**
 * Writes a fine-tuned BERT as ONNX: inputs `input_ids`, `attention_mask` and `token_type_ids`, output `logits` f32 [batch, outputs]; batch and length are
 * open. The weights keep their names and layout. Metadata: `labels` (JSON list) and `problem_type`.
 *
 * labels: class names; [] for a regression. tensors: every parameter of BertForSequenceClassification under its Hugging Face name.
 * Errors: missing-tensor; too-large above 2 GiB; bug for data that does not fit its shape.
 * Source: Devlin et al. 2019, with the numeric details of Hugging Face's BertForSequenceClassification.
 */
export function writeOnnx(
  name: string,
  sizes: OnnxSizes,
  labels: readonly string[],
  tensors: Iterable<TensorData>,
): Blob {
  const graph = new GraphBuilder(sizes, tensors);
  graph.build();
  const batch = ["batch", "length"] as const;
  const message = encodeOnnx({
    name,
    opset,
    nodes: graph.nodes,
    initializers: [...graph.initializers.values()],
    inputs: inputNames.map((input) => ({ name: input, dtype: "i64", shape: batch })),
    outputs: [{ name: "logits", dtype: "f32", shape: ["batch", sizes.outputCount] }],
    metadata: {
      labels: JSON.stringify(labels),
      problem_type: labels.length === 0 ? "regression" : "single_label_classification",
    },
  });
  if (message.sizeBytes > maxFileBytes) {
    const advice = "Save it as safetensors instead.";
    throw new AppError(
      "too-large",
      `The ONNX file would have ${message.sizeBytes} bytes; 2 GiB is its limit. ${advice}`,
    );
  }
  return new Blob([...message.parts]);
}

/** Hidden states are [batch · length, hidden] throughout, so that every Linear is one Gemm over the stored weight. */
class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers = new Map<string, OnnxInitializer>();
  readonly #sizes: OnnxSizes;

  constructor(sizes: OnnxSizes, tensors: Iterable<TensorData>) {
    this.#sizes = sizes;
    for (const { name, shape, data } of tensors) {
      if (sizeOf(shape) !== data.length) {
        throw new AppError("bug", `Tensor "${name}" has ${data.length} values for shape ${formatShape(shape)}.`);
      }
      this.initializers.set(name, { name, dtype: "f32", shape, data: new Blob([data.slice()]) });
    }
  }

  build(): void {
    const { hiddenSize, headCount, layerCount } = this.#sizes;
    const sizes = this.#node("Shape", ["input_ids"], "sizes");
    const heads = this.#wholes("heads", [headCount, hiddenSize / headCount]);
    this.#node("Concat", [sizes, heads], "split shape", { axis: { int: 0 } });
    this.#node("Concat", [sizes, this.#wholes("hidden", [hiddenSize])], "token shape", { axis: { int: 0 } });
    this.#wholes("rows shape", [-1, hiddenSize]);
    this.#number("head scale", 1 / Math.sqrt(hiddenSize / headCount));
    this.#number("half", 0.5);
    this.#number("one", 1);
    this.#number("root of two", Math.SQRT2);
    this.#mask();
    let hidden = this.#embeddings();
    for (let layer = 0; layer < layerCount; layer++) hidden = this.#layer(`bert.encoder.layer.${layer}`, hidden);
    this.#head(hidden);
  }

  /** [batch, 1, 1, length]: 0 for tokens, `masked` for padding. */
  #mask(): void {
    const kept = this.#node("Cast", ["attention_mask"], "kept", { to: { int: 1 } });
    const left = this.#node("Sub", ["one", kept], "left out");
    const scaled = this.#node("Mul", [left, this.#number("masked score", masked)], "masked scores");
    this.#node("Unsqueeze", [scaled, this.#wholes("mask axes", [1, 2])], "mask");
  }

  #embeddings(): string {
    const table = (part: string): string => this.#weight(`bert.embeddings.${part}_embeddings.weight`);
    const words = this.#node("Gather", [table("word"), "input_ids"], "words");
    const types = this.#node("Gather", [table("token_type"), "token_type_ids"], "types");
    const length = this.#node("Shape", ["input_ids"], "length", { start: { int: 1 }, end: { int: 2 } });
    const zero = this.#wholes("zero", [0]);
    const positions = this.#node("Slice", [table("position"), zero, length, zero], "positions");
    const sum = this.#node("Add", [this.#node("Add", [words, positions], "placed words"), types], "embeddings");
    return this.#norm("bert.embeddings", this.#node("Reshape", [sum, "rows shape"], "embeddings rows"));
  }

  #layer(at: string, hidden: string): string {
    const context = this.#attention(`${at}.attention.self`, hidden);
    const projected = this.#linear(`${at}.attention.output.dense`, context);
    const attended = this.#norm(`${at}.attention.output`, this.#node("Add", [projected, hidden], `${at} attended`));
    const expanded = this.#linear(`${at}.intermediate.dense`, attended);
    const contracted = this.#linear(`${at}.output.dense`, this.#gelu(at, expanded));
    return this.#norm(`${at}.output`, this.#node("Add", [contracted, attended], `${at} done`));
  }

  /** softmax(q kᵀ / √d + mask) v per head; [batch · length, hidden] in and out. */
  #attention(at: string, hidden: string): string {
    const split = (part: string, order: readonly number[]): string => {
      const rows = this.#linear(`${at}.${part}`, hidden);
      const heads = this.#node("Reshape", [rows, "split shape"], `${at}.${part} heads`);
      return this.#node("Transpose", [heads], `${at}.${part} by head`, { perm: { ints: order } });
    };
    const query = split("query", [0, 2, 1, 3]);
    const key = split("key", [0, 2, 3, 1]);
    const value = split("value", [0, 2, 1, 3]);
    const products = this.#node("MatMul", [query, key], `${at} products`);
    const scaled = this.#node("Mul", [products, "head scale"], `${at} scaled`);
    const scores = this.#node("Add", [scaled, "mask"], `${at} scores`);
    const shares = this.#node("Softmax", [scores], `${at} shares`, { axis: { int: -1 } });
    const mixed = this.#node("MatMul", [shares, value], `${at} mixed`);
    const joined = this.#node("Transpose", [mixed], `${at} joined`, { perm: { ints: [0, 2, 1, 3] } });
    return this.#node("Reshape", [joined, "rows shape"], `${at} context`);
  }

  /** x/2 · (1 + erf(x/√2)) */
  #gelu(at: string, x: string): string {
    const curve = this.#node("Erf", [this.#node("Div", [x, "root of two"], `${at} over root`)], `${at} erf`);
    const product = this.#node("Mul", [x, this.#node("Add", [curve, "one"], `${at} risen`)], `${at} doubled`);
    return this.#node("Mul", [product, "half"], `${at} gelu`);
  }

  #head(hidden: string): void {
    const tokens = this.#node("Reshape", [hidden, "token shape"], "tokens");
    const first = this.#node("Gather", [tokens, this.#wholes("first", 0)], "first tokens", { axis: { int: 1 } });
    const pooled = this.#node("Tanh", [this.#linear("bert.pooler.dense", first)], "pooled");
    this.#linear("classifier", pooled, "logits");
  }

  /** x Wᵀ + b */
  #linear(name: string, x: string, output = name): string {
    const inputs = [x, this.#weight(`${name}.weight`), this.#weight(`${name}.bias`)];
    return this.#node("Gemm", inputs, output, { transB: { int: 1 } });
  }

  #norm(at: string, x: string): string {
    const name = `${at}.LayerNorm`;
    const inputs = [x, this.#weight(`${name}.weight`), this.#weight(`${name}.bias`)];
    const epsilon = { float: this.#sizes.layerNormEpsilon };
    return this.#node("LayerNormalization", inputs, name, { axis: { int: -1 }, epsilon });
  }

  #weight(name: string): string {
    if (!this.initializers.has(name)) {
      throw new AppError("missing-tensor", `There is no ${name} to write into the ONNX file.`);
    }
    return name;
  }

  #number(name: string, value: number): string {
    return this.#constant({ name, dtype: "f32", shape: [], data: new Blob([Float32Array.of(value)]) });
  }

  /** A list of whole numbers, or one of them as a scalar. */
  #wholes(name: string, values: readonly number[] | number): string {
    const list = typeof values === "number" ? [values] : values;
    const shape = typeof values === "number" ? [] : [values.length];
    return this.#constant({ name, dtype: "i64", shape, data: new Blob([BigInt64Array.from(list, BigInt)]) });
  }

  #constant(initializer: OnnxInitializer): string {
    this.initializers.set(initializer.name, initializer);
    return initializer.name;
  }

  #node(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    this.nodes.push({ operator, inputs, output, attributes });
    return output;
  }
}
