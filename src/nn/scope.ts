import { drawBits } from "../core/rng.ts";
import type { Shape } from "../core/shape.ts";
import type { Arena } from "../gpu/arena.ts";
import type { Recorder } from "../gpu/recorder.ts";
import type { DType, Tensor } from "../gpu/tensor.ts";
import type { Param } from "./params.ts";

/** Probabilities of dropping; all 0 outside training. */
export interface DropoutRates {
  /** After the embeddings' LayerNorm and after attention and feed-forward outputs. */
  readonly hidden: number;
  /** On attention probabilities. */
  readonly attention: number;
  /** Before the classifier. */
  readonly classifier: number;
}

/** Noise on the embeddings before their LayerNorm: N(0, scale²) or U(-scale, scale) an element. */
export interface EmbeddingNoise {
  readonly kind: "normal" | "uniform";
  readonly scale: number;
}

/** "tiled" works everywhere; the others are for adapters that run a subgroup of so many as a CPU's vector lanes. */
export type MatmulVariant = "tiled" | "subgroup4" | "subgroup8";

/** What an op is handed: where to record, where memory comes from, and what keys its random draws. */
export interface Scope {
  readonly rec: Recorder;
  readonly mem: Arena;
  /** u32. */
  readonly seed: number;
  /** From 1; 0 in evaluation. */
  readonly step: number;
  readonly dropout: DropoutRates;
  /** null: none. */
  readonly noise: EmbeddingNoise | null;
  /** Which matrix product suits the device. */
  readonly matmul: MatmulVariant;
  /** Tests: random vectors to use instead of drawing, by label. */
  readonly recorded: ReadonlyMap<string, Tensor>;
  /** An activation that the backward will read again: one buffer a label. */
  saved(label: string, shape: Shape): Tensor;
  /** A value that is dead before anybody asks for the same label again: shared by all layers. */
  temporary(label: string, shape: Shape, dtype?: DType): Tensor;
  /** 0 for the first writer of a parameter's gradient in this step, which overwrites it; 1 for later ones, who add. */
  claim(param: Param): 0 | 1;
}

/** An op's result and its backward, born together: what the forward saved is in scope of `back`. */
export interface Pass<In = Tensor> {
  readonly out: Tensor;
  /** Takes the gradient of `out`, writes parameter gradients, returns the gradient of the input. */
  back(s: Scope, dout: Tensor): In;
}

/** What a scope is made of. */
export interface ScopeParts {
  readonly rec: Recorder;
  readonly mem: Arena;
  readonly seed: number;
  readonly step: number;
  readonly dropout: DropoutRates;
  readonly matmul?: MatmulVariant;
  readonly recorded?: ReadonlyMap<string, Tensor>;
}

/** No dropout: evaluation. */
export const noDropout: DropoutRates = { hidden: 0, attention: 0, classifier: 0 };

/** A scope for one step; its claims start anew. */
export function createScope(parts: ScopeParts): Scope {
  const claimed = new Set<string>();
  return {
    ...parts,
    noise: null,
    matmul: parts.matmul ?? "tiled",
    recorded: parts.recorded ?? new Map(),
    saved: (label, shape) => parts.mem.tensor("activations", label, shape),
    temporary: (label, shape, dtype) => parts.mem.tensor("activations", `temporary ${label}`, shape, dtype),
    claim(param) {
      const first = !claimed.has(param.spec.name);
      claimed.add(param.spec.name);
      return first ? 0 : 1;
    },
  };
}

/**
 * The scope of a second forward in the same step: draws of its own, activations beside the first one's, and gradients
 * that are added to the first one's.
 */
export function secondScope(s: Scope, noise: EmbeddingNoise | null): Scope {
  return {
    ...s,
    noise,
    seed: drawBits(s.seed, "second pass", 0, 0),
    saved: (label, shape) => s.saved(`second ${label}`, shape),
  };
}
