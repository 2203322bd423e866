import type { Tensor } from "../../gpu/tensor.ts";
import type { AttentionSizes } from "../kernels.ts";

/** What attends and what is attended to, [tokens, heads · size] each. */
export interface AttentionOperands {
  readonly q: Tensor;
  readonly k: Tensor;
  readonly v: Tensor;
}

/** Gradients of attention's inputs, [tokens, heads · size] each, in the temporaries "dq", "dk" and "dv". */
export interface AttentionGradients {
  readonly dq: Tensor;
  readonly dk: Tensor;
  readonly dv: Tensor;
}

/** Sizes of an attention, and what its dropout is drawn from. */
export interface AttentionNumbers extends AttentionSizes {
  /** Whether a token attends to those alone that stand no later. */
  readonly causal: boolean;
  /** On a product of a query and a key. */
  readonly scale: number;
  /** Probability of keeping a probability. */
  readonly keep: number;
  readonly seed: number;
  readonly label: number;
  readonly step: number;
}
