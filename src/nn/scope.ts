import { AppError } from "../core/errors.ts";
import { drawBits } from "../core/rng.ts";
import type { Shape } from "../core/shape.ts";
import type { Arena } from "../gpu/arena.ts";
import type { Recorder } from "../gpu/recorder.ts";
import type { DType, Real, Tensor } from "../gpu/tensor.ts";
import type { Kernels } from "./kernels.ts";
import type { Param } from "./params.ts";

/** Probabilities of dropping; all 0 outside training. */
export interface DropoutRates {
  /** After the embeddings' LayerNorm and after attention and feed-forward outputs. */
  readonly hidden: number;
  /** On attention probabilities. */
  readonly attention: number;
  /** Before the classifier. */
  readonly classifier: number;
  /** Between the two Linears of a feed-forward part, in families that drop there; 0 unless said. */
  readonly activation?: number;
  /** Before the first of a head's two Linears, in families with a rate of its own for it; 0 unless said. */
  readonly pooler?: number;
}

/** Noise on the embeddings before their LayerNorm: N(0, scale²) or U(-scale, scale) an element. */
export interface EmbeddingNoise {
  readonly kind: "normal" | "uniform";
  readonly scale: number;
}

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
  /** Those that suit the device. */
  readonly kernels: Kernels;
  /** Tests: random vectors to use instead of drawing, by label. */
  readonly recorded: ReadonlyMap<string, Tensor>;
  /** Whether layers share the memory of what they keep for the backward, which records each of them again. */
  readonly recompute: boolean;
  /** The type in which layers keep their activations and hand back gradients. */
  readonly real: Real;
  /** An activation that the backward will read again: one buffer a label. f32 unless said. */
  saved(label: string, shape: Shape, dtype?: DType): Tensor;
  /** A value that lives until it is freed; all layers share the memory of a label. Errors: bug, where it still lives. */
  temporary(label: string, shape: Shape, dtype?: DType): Tensor;
  /** Ends the life of temporaries. Errors: bug, for what is none. */
  free(...tensors: readonly Tensor[]): void;
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
  readonly kernels: Kernels;
  readonly recorded?: ReadonlyMap<string, Tensor>;
  /** False unless said. */
  readonly recompute?: boolean;
  /** f32 unless said. */
  readonly real?: Real;
}

/** No dropout: evaluation. */
export const noDropout: DropoutRates = { hidden: 0, attention: 0, classifier: 0 };

/** A scope for one step; its claims start anew. */
export function createScope(parts: ScopeParts): Scope {
  const claimed = new Set<string>();
  const alive = new Set<Tensor["allocation"]>();
  return {
    ...parts,
    noise: null,
    recorded: parts.recorded ?? new Map(),
    recompute: parts.recompute ?? false,
    real: parts.real ?? "f32",
    saved: (label, shape, dtype) => parts.mem.tensor("activations", label, shape, dtype),
    temporary(label, shape, dtype) {
      const tensor = parts.mem.tensor("activations", `temporary ${label}`, shape, dtype);
      if (alive.has(tensor.allocation)) throw new AppError("bug", `The temporary ${label} is still in use.`);
      alive.add(tensor.allocation);
      return tensor;
    },
    free(...tensors) {
      for (const { label, allocation } of tensors) {
        if (!alive.delete(allocation)) throw new AppError("bug", `${label} is freed but is no temporary in use.`);
      }
    },
    claim(param) {
      const first = !claimed.has(param.spec.name);
      claimed.add(param.spec.name);
      return first ? 0 : 1;
    },
  };
}

/**
 * The scope of a part of a step's batch, from 0: draws of its own but for the first, and gradients that are added to those
 * of the parts before. The memory of activations is the same.
 */
export function partScope(s: Scope, index: number): Scope {
  return index === 0 ? s : { ...s, seed: drawBits(s.seed, "part", 0, index) };
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
    saved: (label, shape, dtype) => s.saved(`second ${label}`, shape, dtype),
  };
}

/** What the hidden states that a layer of this label makes are called. */
export function layerOutput(label: string): string {
  return `${label} output norm`;
}

/**
 * The scope of a layer that shares the memory of its activations with the others of its stack, but for the hidden states that
 * it makes. Draws go by the layer's own labels as ever.
 */
export function layerScope(s: Scope, layer: string, stack: string): Scope {
  const own = layerOutput(layer);
  return {
    ...s,
    saved(label, shape, dtype) {
      const shared = label !== own && label.startsWith(`${layer} `);
      return s.saved(shared ? `${stack} ${label.slice(layer.length + 1)}` : label, shape, dtype);
    },
  };
}
