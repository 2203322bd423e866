import type { TaskKind } from "../../contract/catalog.ts";
import { problemTypes } from "../../contract/problem-type.ts";
import { AppError } from "../../core/errors.ts";
import { formatShape, sizeOf } from "../../core/shape.ts";
import type { TensorData } from "../safetensors.ts";
import { encodeOnnx, type Attribute, type OnnxInitializer, type OnnxNode } from "./onnx-wire.ts";

/** Inputs that a graph may read, i64 [batch, length] each, as Hugging Face's tokenizers give them. */
type OnnxInput = "input_ids" | "attention_mask" | "token_type_ids";

/** The first version with LayerNormalization; onnxruntime reads it since 2021. */
const opset = 17;
/** A protobuf reader refuses anything longer. */
const maxFileBytes = 2 ** 31 - 1;

/** A fine-tuned model that is to become an ONNX file. */
export interface OnnxModel {
  readonly name: string;
  readonly kind: TaskKind;
  /** Names of classes or labels; [] for a regression. */
  readonly labels: readonly string[];
  readonly outputCount: number;
  /** Every parameter under its Hugging Face name. */
  readonly tensors: Iterable<TensorData>;
  /** Builds from the inputs it asks for to the node "logits" [batch, outputs]. */
  readonly build: (g: OnnxGraph) => void;
}

/**
 * Writes a model as ONNX: of `input_ids`, `attention_mask` and `token_type_ids` the inputs that it reads, output `logits`
 * f32 [batch, outputs]; batch and length are open. The weights keep their names and layout. Metadata: `labels` (JSON
 * list) and `problem_type`.
 *
 * Errors: missing-tensor; too-large above 2 GiB; bug for data that does not fit its shape.
 */
export function writeOnnx({ name, kind, labels, outputCount, tensors, build }: OnnxModel): Blob {
  const graph = new OnnxGraph(tensors);
  build(graph);
  const batch = ["batch", "length"] as const;
  const message = encodeOnnx({
    name,
    opset,
    nodes: graph.nodes,
    initializers: [...graph.initializers.values()],
    inputs: [...graph.inputs].map((input) => ({ name: input, dtype: "i64", shape: batch })),
    outputs: [{ name: "logits", dtype: "f32", shape: ["batch", outputCount] }],
    metadata: {
      labels: JSON.stringify(labels),
      problem_type: problemTypes[kind],
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

/** A graph as it grows. Hidden states are [batch · length, hidden], so that every Linear is one Gemm over its weight. */
export class OnnxGraph {
  readonly nodes: OnnxNode[] = [];
  readonly initializers = new Map<string, OnnxInitializer>();
  /** Those that were asked for. */
  readonly inputs = new Set<OnnxInput>();

  constructor(tensors: Iterable<TensorData>) {
    for (const { name, shape, data } of tensors) {
      if (sizeOf(shape) !== data.length) {
        throw new AppError("bug", `Tensor "${name}" has ${data.length} values for shape ${formatShape(shape)}.`);
      }
      this.initializers.set(name, { name, dtype: "f32", shape, data: new Blob([data.slice()]) });
    }
  }

  input(name: OnnxInput): string {
    this.inputs.add(name);
    return name;
  }

  /** A node with one output, which it is called by. */
  node(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    this.nodes.push({ operator, inputs, output, attributes });
    return output;
  }

  /** Errors: missing-tensor. */
  weight(name: string): string {
    if (!this.initializers.has(name)) {
      throw new AppError("missing-tensor", `There is no ${name} to write into the ONNX file.`);
    }
    return name;
  }

  number(name: string, value: number): string {
    return this.#constant({ name, dtype: "f32", shape: [], data: new Blob([Float32Array.of(value)]) });
  }

  /** A list of whole numbers, or one of them as a scalar. */
  wholes(name: string, values: readonly number[] | number): string {
    const list = typeof values === "number" ? [values] : values;
    const shape = typeof values === "number" ? [] : [values.length];
    return this.#constant({ name, dtype: "i64", shape, data: new Blob([BigInt64Array.from(list, BigInt)]) });
  }

  #constant(initializer: OnnxInitializer): string {
    this.initializers.set(initializer.name, initializer);
    return initializer.name;
  }

  /** x Wᵀ + b */
  linear(name: string, x: string, output = name): string {
    const inputs = [x, this.weight(`${name}.weight`), this.weight(`${name}.bias`)];
    return this.node("Gemm", inputs, output, { transB: { int: 1 } });
  }

  /** x Wᵀ */
  product(name: string, x: string): string {
    return this.node("Gemm", [x, this.weight(`${name}.weight`)], name, { transB: { int: 1 } });
  }

  /** LayerNorm over the last extent. */
  norm(name: string, x: string, epsilon: number): string {
    const inputs = [x, this.weight(`${name}.weight`), this.weight(`${name}.bias`)];
    return this.node("LayerNormalization", inputs, name, { axis: { int: -1 }, epsilon: { float: epsilon } });
  }
}
