import type { KernelChoice } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import { layoutOf } from "../kernels.ts";
import type {
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
 * What a choice is made for: an op, and those of its sizes that a batch does not change. Of a product that is the weight
 * matrix behind it: as MatmulKind has them.
 */
export function matmulQuestion(kind: MatmulKind, { M, N, K }: MatmulSizes): string {
  const weight = { nt: [N, K], nn: [K, N], tn: [M, N] }[layoutOf(kind)];
  return `matmul ${kind} ${weight.join("x")}`;
}

/** See matmulQuestion(). */
export function attentionQuestion({ heads, size }: { readonly heads: number; readonly size: number }): string {
  return `attention ${heads}x${size}`;
}

/** See matmulQuestion(). */
export function layerNormQuestion({ cols }: Pick<LayerNormSizes, "cols">): string {
  return `layernorm ${cols}`;
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
    matmul: (kind, sizes): MatmulVariant => named(matmulVariants, matmulQuestion(kind, sizes), portableMatmul),
    attention: (sizes): AttentionVariant => named(attentionVariants, attentionQuestion(sizes), portableAttention),
    layernorm: (sizes): LayerNormVariant => named(layerNormVariants, layerNormQuestion(sizes), portableLayerNorm),
  };
}
