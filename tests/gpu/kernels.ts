import type { Device } from "../../src/gpu/device.ts";
import type { Kernels } from "../../src/nn/kernels.ts";
import { attentionVariants, portableAttention } from "../../src/nn/ops/attention.ts";
import { layerNormVariants, portableLayerNorm } from "../../src/nn/ops/layernorm.ts";
import { matmulVariants, portableMatmul } from "../../src/nn/ops/matmul.ts";
import { candidatesOf, lanesOf } from "../../src/nn/tuning/candidates.ts";

/** The kernels that a device would try first: what is likely to be fast, without measuring. */
export function likelyKernels(device: Device): Kernels {
  const lanes = lanesOf(device);
  return {
    matmul: (layout, sizes) =>
      matmulVariants.get(candidatesOf({ op: "matmul", layout, sizes }, lanes)[0] ?? "") ?? portableMatmul,
    layernorm: (sizes) =>
      layerNormVariants.get(candidatesOf({ op: "layernorm", ...sizes }, lanes)[0] ?? "") ?? portableLayerNorm,
    attention: ({ heads, size }, { tokenCount: tokens, sequenceCount: sequences, maxLength: longest }) => {
      const question = { op: "attention", heads, size, tokens, sequences, longest } as const;
      return attentionVariants.get(candidatesOf(question, lanes)[0] ?? "") ?? portableAttention;
    },
  };
}
