import { AppError } from "../core/errors.ts";
import { sizeOf } from "../core/shape.ts";
import type { Shape } from "../core/shape.ts";
import type { Arena } from "../gpu/arena.ts";
import type { Tensor } from "../gpu/tensor.ts";

/** How a parameter starts where no checkpoint says: N(0, initializerRange²), 0 or 1. */
export type Init = "normal" | "zeros" | "ones";

/** What a parameter is, before it has any value. */
export interface ParamSpec {
  /** Hugging Face's name. */
  readonly name: string;
  readonly shape: Shape;
  readonly group: "embeddings" | "encoder" | "pooler" | "classifier";
  /** Encoder layer from 0; null elsewhere. */
  readonly layer: number | null;
  /** Decoupled weight decay applies: everything but biases and LayerNorm. */
  readonly decay: boolean;
  /** The weight of a Linear in encoder, pooler or classifier: what a subnetwork method selects from. */
  readonly selectable: boolean;
  /** How it starts where the checkpoint lacks it; null: it must be there. */
  readonly init: Init | null;
}

/** A parameter on the device. `value` is what the forward reads and may be an effective weight; `grad` has its shape. */
export interface Param {
  readonly spec: ParamSpec;
  readonly value: Tensor;
  readonly grad: Tensor;
}

/** The parameters of a model, in the order of the checkpoint's layers. */
export class ParamSet {
  readonly list: readonly Param[];
  readonly #byName: ReadonlyMap<string, Param>;

  constructor(list: readonly Param[]) {
    this.list = list;
    this.#byName = new Map(list.map((param) => [param.spec.name, param]));
  }

  /** Errors: bug, for a name the model does not have. */
  of(name: string): Param {
    const param = this.#byName.get(name);
    if (param === undefined) throw new AppError("bug", `There is no parameter ${name}.`);
    return param;
  }

  /** The same set with other values in the forward where given; gradients stay where they are. */
  withValues(values: ReadonlyMap<string, Tensor>): ParamSet {
    return new ParamSet(this.list.map((param) => ({ ...param, value: values.get(param.spec.name) ?? param.value })));
  }
}

/** Reserves value and gradient of every parameter. */
export function createParams(mem: Arena, specs: readonly ParamSpec[]): ParamSet {
  return new ParamSet(
    specs.map((spec) => ({
      spec,
      value: mem.tensor("weights", spec.name, spec.shape),
      grad: mem.tensor("gradients", `grad ${spec.name}`, spec.shape),
    })),
  );
}

/** Number of single weights. */
export function countParameters(specs: readonly ParamSpec[]): number {
  return specs.reduce((sum, spec) => sum + sizeOf(spec.shape), 0);
}
