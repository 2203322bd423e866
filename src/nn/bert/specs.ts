import type { ModelConfig } from "../family.ts";
import type { ParamSpec } from "../params.ts";

type Group = ParamSpec["group"];

/** Word, position and token type tables with their LayerNorm. */
export function embeddingSpecs(config: ModelConfig): readonly ParamSpec[] {
  const H = config.hiddenSize;
  const table = (name: string, rows: number): ParamSpec => ({
    name: `bert.embeddings.${name}.weight`,
    shape: [rows, H],
    group: "embeddings",
    layer: null,
    decay: true,
    selectable: false,
    init: null,
  });
  return [
    table("word_embeddings", config.vocabularySize),
    table("position_embeddings", config.maxPositions),
    table("token_type_embeddings", config.typeCount),
    ...normSpecs("bert.embeddings.LayerNorm", H, "embeddings", null),
  ];
}

/** Encoder layers from 0 on, under `${prefix}.layer.${index}`. */
export function layerSpecs(config: ModelConfig, prefix: string, count: number): readonly ParamSpec[] {
  const { hiddenSize: H, intermediateSize: I } = config;
  return Array.from({ length: count }, (_, layer) => {
    const at = `${prefix}.layer.${layer}`;
    return [
      ...linearSpecs(`${at}.attention.self.query`, H, H, "encoder", layer),
      ...linearSpecs(`${at}.attention.self.key`, H, H, "encoder", layer),
      ...linearSpecs(`${at}.attention.self.value`, H, H, "encoder", layer),
      ...linearSpecs(`${at}.attention.output.dense`, H, H, "encoder", layer),
      ...normSpecs(`${at}.attention.output.LayerNorm`, H, "encoder", layer),
      ...linearSpecs(`${at}.intermediate.dense`, I, H, "encoder", layer),
      ...linearSpecs(`${at}.output.dense`, H, I, "encoder", layer),
      ...normSpecs(`${at}.output.LayerNorm`, H, "encoder", layer),
    ];
  }).flat();
}

/** A Linear's weight [outputs, inputs] and bias; a head may be missing in a checkpoint and then starts afresh. */
export function linearSpecs(
  name: string,
  outputs: number,
  inputs: number,
  group: Group,
  layer: number | null = null,
): readonly ParamSpec[] {
  const head = group === "classifier";
  const weight = { name: `${name}.weight`, shape: [outputs, inputs], group, layer };
  const bias = { name: `${name}.bias`, shape: [outputs], group, layer };
  return [
    { ...weight, decay: true, selectable: true, init: head ? "normal" : null },
    { ...bias, decay: false, selectable: false, init: head ? "zeros" : null },
  ];
}

/** A LayerNorm's weight and bias. */
export function normSpecs(name: string, size: number, group: Group, layer: number | null): readonly ParamSpec[] {
  return ["weight", "bias"].map((part) => ({
    name: `${name}.${part}`,
    shape: [size],
    group,
    layer,
    decay: false,
    selectable: false,
    init: null,
  }));
}
