import type { Device } from "../../src/gpu/device.ts";
import { Pipelines } from "../../src/gpu/pipelines.ts";
import type { Kernels } from "../../src/nn/kernels.ts";
import { attentionVariants, portableAttention } from "../../src/nn/ops/attention.ts";
import { layerNormVariants, portableLayerNorm } from "../../src/nn/ops/layernorm.ts";
import { matmulVariants, portableMatmul } from "../../src/nn/ops/matmul.ts";
import { portableKernels } from "../../src/nn/tuning/choice.ts";
import { candidatesOf, lanesOf } from "../../src/nn/tuning/candidates.ts";
import type { Engine } from "../../src/train/engine.ts";

/** The kernels that a device would try first: what is likely to be fast, without measuring. */
export function likelyKernels(device: Device): Kernels {
  const lanes = lanesOf(device);
  return {
    matmul: (kind, sizes, real) =>
      matmulVariants.get(candidatesOf({ op: "matmul", real, kind, sizes }, lanes)[0] ?? "") ?? portableMatmul,
    layernorm: (sizes, real) =>
      layerNormVariants.get(candidatesOf({ op: "layernorm", real, ...sizes }, lanes)[0] ?? "") ?? portableLayerNorm,
    attention: ({ heads, size }, { tokenCount: tokens, sequenceCount: sequences, maxLength: longest }, real) => {
      const question = { op: "attention", real, heads, size, tokens, sequences, longest } as const;
      return attentionVariants.get(candidatesOf(question, lanes)[0] ?? "") ?? portableAttention;
    },
  };
}

/** An engine with those kernels. */
export function likelyEngine(device: Device): Engine {
  return { device, pipelines: new Pipelines(device), kernels: likelyKernels(device), choice: {}, profiler: null };
}

/** The portable kernels, but for one op, which has the variant of that name. */
export function kernelsWith(op: keyof Kernels, name: string): Kernels {
  const variants = { matmul: matmulVariants, attention: attentionVariants, layernorm: layerNormVariants }[op];
  const variant = variants.get(name);
  if (variant === undefined) throw new Error(`no ${op} ${name}`);
  return { ...portableKernels, [op]: () => variant };
}

/** Every way to run each op that a device of so many lanes a subgroup has. */
export function runnableVariants(lanes: number): readonly (readonly [op: keyof Kernels, name: string])[] {
  const ops = { matmul: matmulVariants, attention: attentionVariants, layernorm: layerNormVariants } as const;
  return (["matmul", "attention", "layernorm"] as const).flatMap((op) =>
    [...ops[op]].flatMap(([name, variant]) => ((variant.lanes ?? 0) <= lanes ? [[op, name] as const] : [])),
  );
}
