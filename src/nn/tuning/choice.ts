import type { KernelChoice } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import type { Real } from "../../gpu/tensor.ts";
import { layoutOf } from "../kernels.ts";
import type {
  AttentionSizes,
  AttentionVariant,
  Kernels,
  LayerNormSizes,
  LayerNormVariant,
  MatmulKind,
  MatmulSizes,
  MatmulVariant,
  Needs,
} from "../kernels.ts";
import { attentionVariants, portableAttention } from "../ops/attention.ts";
import { layerNormVariants, portableLayerNorm } from "../ops/layernorm.ts";
import { matmulVariants, portableMatmul } from "../ops/matmul.ts";

/** Kernels that work on every device. */
export const portableKernels: Kernels = {
  matmul: () => portableMatmul,
  attention: () => portableAttention,
  layernorm: () => portableLayerNorm,
};

/**
 * What a choice is made for: an op, and those of its sizes that a batch does not change, in f32 or, where so said, in f16. Of a product that is the weight
 * matrix behind it: as MatmulKind has them.
 */
export function matmulQuestion(kind: MatmulKind, { M, N, K }: MatmulSizes, real: Real): string {
  const weight = { nt: [N, K], nn: [K, N], tn: [M, N] }[layoutOf(kind)];
  return `matmul ${kind} ${weight.join("x")}${ending(real)}`;
}

function ending(real: Real): string {
  return real === "f32" ? "" : ` ${real}`;
}

/** See matmulQuestion(). */
export function attentionQuestion({ heads, size }: AttentionSizes, real: Real): string {
  return `attention ${heads}x${size}${ending(real)}`;
}

/** See matmulQuestion(). */
export function layerNormQuestion({ cols }: Pick<LayerNormSizes, "cols">, real: Real): string {
  return `layernorm ${cols}${ending(real)}`;
}

/**
 * The kernels that a choice names; the portable ones where it says nothing. Errors: bad-settings, for a variant that is
 * not there or that a device of so many lanes a subgroup cannot run.
 */
export function kernelsOf(choice: KernelChoice, lanes: number): Kernels {
  const named = <V extends Needs>(variants: ReadonlyMap<string, V>, question: string, portable: V): V => {
    const name = choice[question];
    if (name === undefined) return portable;
    const variant = variants.get(name);
    if (variant === undefined) {
      throw new AppError(
        "bad-settings",
        `The kernels' choice names "${name}" for "${question}"; there is no such one.`,
      );
    }
    if ((variant.lanes ?? 0) > lanes) {
      const found = lanes === 0 ? "this device has no subgroups" : `this device's have ${lanes}`;
      const message = `"${name}", chosen for "${question}", needs subgroups of ${variant.lanes ?? 0}; ${found}. Choose anew.`;
      throw new AppError("bad-settings", message);
    }
    return variant;
  };
  for (const question of Object.keys(choice)) {
    if (question.startsWith("matmul ")) named(matmulVariants, question, portableMatmul);
    else if (question.startsWith("attention ")) named(attentionVariants, question, portableAttention);
    else named(layerNormVariants, question, portableLayerNorm);
  }
  return {
    matmul: (kind, sizes, real): MatmulVariant =>
      named(matmulVariants, matmulQuestion(kind, sizes, real), portableMatmul),
    attention: (sizes, _, real): AttentionVariant =>
      named(attentionVariants, attentionQuestion(sizes, real), portableAttention),
    layernorm: (sizes, real): LayerNormVariant =>
      named(layerNormVariants, layerNormQuestion(sizes, real), portableLayerNorm),
  };
}
