import type { FamilyEntry, ModelPreset } from "../contract/catalog.ts";
import type { TokenizerNeeds } from "../data/text/tokenizer.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { OnnxGraph } from "../models/onnx/graph.ts";
import type { Inputs, TokenRows } from "./inputs.ts";
import { countParameters } from "./params.ts";
import type { ParamSet, ParamSpec } from "./params.ts";
import type { Pretraining } from "./pretraining.ts";
import type { DropoutRates, Scope } from "./scope.ts";

/** What is said of a model's size. */
export interface ModelSizes {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layerCount: number;
  readonly headCount: number;
  /** Longest input, in tokens. */
  readonly maxPositions: number;
}

/** Logits and the way back from their gradient into every parameter's gradient. */
export interface Forward {
  /** [sequences, outputs] */
  readonly logits: Tensor;
  back(s: Scope, dlogits: Tensor): void;
}

/** Weights of a model without a task's head. */
export function countBody(model: Model): number {
  return countParameters(model.params(1).filter(({ group }) => group !== "classifier"));
}

/** A model family: one folder of nn/families, and one line in its index. */
export interface Family extends FamilyEntry {
  /** How the names of Hugging Face's classes of it begin. */
  readonly className: string;
  /** Models of the Hub that are offered by name, smallest first. */
  readonly presets: readonly Omit<ModelPreset, "parameterCount">[];
  /** Makes a model of a config.json. Errors: bad-config, naming the field. */
  open(json: unknown): Model;
}

/** A model of a family, closed over its own config.json: all that anybody else needs to know of it. */
export interface Model {
  readonly family: Family;
  readonly sizes: ModelSizes;
  readonly tokenizer: TokenizerNeeds;
  /** Which rows of its tables the tokens of a batch read. */
  readonly tokens: TokenRows;
  /** Its own rates. */
  readonly dropout: DropoutRates;
  /** Standard deviation of fresh weights. */
  readonly initializerRange: number;
  /** Every parameter under a head of so many outputs: classes, or 1 for a regression. */
  params(outputCount: number): readonly ParamSpec[];
  /** The parameter that a tensor of a checkpoint's file stands for, or null where the model does not use it. */
  parameterOf(tensor: string): string | null;
  /**
   * Tensors that share a parameter's memory in a pre-trained model, under the name of the parameter: a file may keep
   * either.
   */
  readonly tied: ReadonlyMap<string, readonly string[]>;
  forward(s: Scope, params: ParamSet, inputs: Inputs): Forward;
  /** The same forward as ONNX, from the graph's inputs to "logits". Errors: missing-tensor. */
  graph(g: OnnxGraph): void;
  /** There where the family is adaptable. */
  readonly pretraining?: Pretraining;
}
