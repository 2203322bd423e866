import type { MatrixPart } from "../contract/subnetwork.ts";
import { AppError } from "../core/errors.ts";
import { sizeOf } from "../core/shape.ts";
import type { Shape } from "../core/shape.ts";
import type { Arena, Packed } from "../gpu/arena.ts";
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";

/** How a parameter starts where no checkpoint says: N(0, initializerRange²), 0 or 1. */
export type Init = "normal" | "zeros" | "ones";

/** What a parameter is, before it has any value. */
export interface ParamSpec {
  /** Hugging Face's name. */
  readonly name: string;
  readonly shape: Shape;
  readonly group: "embeddings" | "encoder" | "pooler" | "classifier";
  /** 0 for the embeddings, 1 … n for the layers from below, n + 1 for what stands on them. */
  readonly depth: number;
  /** Decoupled weight decay applies: everything but biases and LayerNorm. */
  readonly decay: boolean;
  /** The weight of a Linear in encoder, pooler or classifier: what a subnetwork method selects from. */
  readonly selectable: boolean;
  /** What a weight matrix does in its encoder layer; null elsewhere, and for what is no matrix. */
  readonly part: MatrixPart | null;
  /** How it starts where it starts afresh. */
  readonly init: Init;
  /** False: it stands still, without gradient or moments. */
  readonly trained: boolean;
  /** A table of which ops read and write single rows: its memory may be cut between them. Absent: it may not. */
  readonly byRows?: boolean;
}

/** The encoder layer of a parameter, from 0; null elsewhere. */
export function layerOf({ group, depth }: Pick<ParamSpec, "group" | "depth">): number | null {
  return group === "encoder" ? depth - 1 : null;
}

/** How many encoder layers a model of these parameters has. */
export function layerCountOf(specs: readonly ParamSpec[]): number {
  return Math.max(0, ...specs.filter(({ group }) => group === "encoder").map(({ depth }) => depth));
}

/** Records what a product reads in place of a weight, into a tensor of its shape: the same whenever it is asked in a step. */
export type EffectiveWeight = (rec: Recorder, into: Tensor) => void;

/** A parameter on the device. `grad` has the value's shape, and no more than one element where it is not trained. */
export interface Param {
  readonly spec: ParamSpec;
  readonly value: Tensor;
  readonly grad: Tensor;
  /** Of a weight that a method changes in the training forward; absent: the value itself. */
  readonly effective?: EffectiveWeight;
}

/** The parameters of a model, in the order of the checkpoint's layers. */
export class ParamSet {
  readonly all: readonly Param[];
  /** Those that are trained. */
  readonly list: readonly Param[];
  readonly #byName: ReadonlyMap<string, Param>;

  constructor(all: readonly Param[]) {
    this.all = all;
    this.list = all.filter(({ spec }) => spec.trained);
    this.#byName = new Map(all.map((param) => [param.spec.name, param]));
  }

  /** Errors: bug, for a name the model does not have. */
  of(name: string): Param {
    const param = this.#byName.get(name);
    if (param === undefined) throw new AppError("bug", `There is no parameter ${name}.`);
    return param;
  }

  /** Weight and bias of the LayerNorm of that name. */
  norm(name: string): { readonly gamma: Param; readonly beta: Param } {
    return { gamma: this.of(`${name}.weight`), beta: this.of(`${name}.bias`) };
  }

  /** The same set with effective weights where given. */
  withEffective(weights: ReadonlyMap<string, EffectiveWeight>): ParamSet {
    return new ParamSet(
      this.all.map((param) => {
        const effective = weights.get(param.spec.name);
        return effective === undefined ? param : { ...param, effective };
      }),
    );
  }
}

/**
 * The order in which parameters lie in memory: those that one update does alike stand together, so that it takes few
 * dispatches. First what decays and is never selected from, then what may be, then what does not decay; each by depth.
 */
export function packingOrder<T extends { readonly spec: ParamSpec }>(params: readonly T[]): readonly T[] {
  const kind = ({ decay, selectable }: ParamSpec): number => (decay ? Number(selectable) : 2);
  return params.toSorted(({ spec: left }, { spec: right }) => kind(left) - kind(right) || left.depth - right.depth);
}

/** Reserves value and gradient of every parameter. */
export function createParams(mem: Arena, specs: readonly ParamSpec[]): ParamSet {
  const trained = packingOrder(specs.filter((spec) => spec.trained).map((spec) => ({ spec })));
  const parts = trained.map(({ spec }) => packedAs(spec.name, spec));
  mem.packed("weights", parts);
  mem.packed(
    "gradients",
    parts.map((part) => ({ ...part, label: gradientLabel(part.label) })),
  );
  return new ParamSet(
    specs.map((spec) => ({
      spec,
      value: mem.tensor("weights", spec.name, spec.shape),
      grad: mem.tensor("gradients", gradientLabel(spec.name), spec.trained ? spec.shape : []),
    })),
  );
}

/** What of a parameter's shape is reserved under a label, so that all of it is cut alike. */
export function packedAs(label: string, { shape, byRows }: ParamSpec): Packed {
  return { label, shape, byRows };
}

function gradientLabel(name: string): string {
  return `grad ${name}`;
}

/** Number of single weights. */
export function countParameters(specs: readonly ParamSpec[]): number {
  return specs.reduce((sum, spec) => sum + sizeOf(spec.shape), 0);
}
