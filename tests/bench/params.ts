import type { Arena } from "../../src/gpu/arena.ts";
import { modelOf } from "../../src/nn/families/index.ts";
import { createParams } from "../../src/nn/params.ts";
import type { ParamSet, ParamSpec } from "../../src/nn/params.ts";
import type { Shape } from "./shapes.ts";

/** Every parameter of a BERT. */
export function specsOf(sizes: Shape): readonly ParamSpec[] {
  return modelOf({ model_type: "bert", max_position_embeddings: 512, type_vocab_size: 2, ...sizes }).params(2);
}

/** The embeddings and the first layer: a whole model would not fit everywhere, and its layers are all alike. */
export function firstParams(mem: Arena, sizes: Shape): ParamSet {
  return createParams(
    mem,
    specsOf(sizes).filter(({ depth }) => depth <= 1),
  );
}
