import type { Entry } from "../contract/catalog.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { Inputs } from "./inputs.ts";
import type { ParamSet, ParamSpec } from "./params.ts";
import type { Scope } from "./scope.ts";

/** Sizes and rates of a model, read from config.json. */
export interface ModelConfig {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layerCount: number;
  readonly headCount: number;
  readonly intermediateSize: number;
  readonly maxPositions: number;
  readonly typeCount: number;
  readonly layerNormEpsilon: number;
  readonly hiddenDropout: number;
  readonly attentionDropout: number;
  readonly classifierDropout: number;
  /** Standard deviation of fresh weights. */
  readonly initializerRange: number;
  /** Outputs of the classifier: classes, or 1 for a regression. */
  readonly outputCount: number;
}

/** Logits and the way back from their gradient into every parameter's gradient. */
export interface Forward {
  /** [sequences, outputs] */
  readonly logits: Tensor;
  back(s: Scope, dlogits: Tensor): void;
}

/** One model family is one file. */
export interface Family extends Entry {
  /** Reads config.json for a task with `outputCount` outputs. Errors: bad-config, naming the field. */
  readConfig(json: unknown, outputCount: number): ModelConfig;
  params(config: ModelConfig): readonly ParamSpec[];
  /** The parameter a checkpoint's tensor belongs to, or null where the model does not use it. */
  rename(checkpointName: string): string | null;
  forward(s: Scope, config: ModelConfig, params: ParamSet, inputs: Inputs): Forward;
}
