import { sizeOf } from "../core/shape.ts";
import { mostPackedBytes, type Arena } from "../gpu/arena.ts";
import { defineKernel } from "../gpu/kernel.ts";
import { bytesPerElement, type Tensor } from "../gpu/tensor.ts";
import type { Scope } from "../nn/scope.ts";
import source from "../../shaders/mask_places.wgsl?raw";

/** Says where each word of a mask has its moments. */
export const maskPlacesKernel = defineKernel({
  name: "mask_places",
  wgsl: source,
  bindings: { mask: "read", places: "read_write" },
  uniforms: { words: "u32", first: "u32" },
});

/** Elements of a parameter that a mask lets through. */
export interface ChildPart {
  readonly name: string;
  /** u32 [ceil(N / 32)]: bit i of word i/32 is element i; bits from N on are 0. */
  readonly mask: Tensor;
  /** How many of its bits are 1. */
  readonly count: number;
}

/** Where a parameter's moments are. */
export interface ChildPlace {
  readonly mask: Tensor;
  /** u32, a word for each of the mask: where its first element has its moments. */
  readonly places: Tensor;
  /** f32, of this parameter and others. */
  readonly first: Tensor;
  readonly second: Tensor;
}

/**
 * Moments of those elements alone that a mask lets through, one behind another over all parameters: the others' are 0 and stay
 * 0 where they are never given a gradient, and need no memory.
 */
export class ChildMoments {
  /** By parameter name. */
  readonly places: ReadonlyMap<string, ChildPlace>;
  readonly #begins: ReadonlyMap<string, number>;

  /** Reserves them, zeros, in buffers that every device binds. */
  constructor(mem: Arena, parts: readonly ChildPart[]) {
    const places = new Map<string, ChildPlace>();
    const begins = new Map<string, number>();
    for (const [index, group] of groupsOf(parts).entries()) {
      const total = group.reduce((sum, { count }) => sum + count, 0);
      const [first, second] = ["first", "second"].map((order) =>
        mem.tensor("moments", `${order} moments of the child network, part ${index + 1}`, [total]),
      );
      if (first === undefined || second === undefined) continue;
      let begin = 0;
      for (const { name, mask, count } of group) {
        const words = mem.tensor("moments", `places of ${name}`, mask.shape, "u32");
        places.set(name, { mask, places: words, first, second });
        begins.set(name, begin);
        begin += count;
      }
    }
    this.places = places;
    this.#begins = begins;
  }

  /** The moments, each buffer once. */
  get tensors(): readonly Tensor[] {
    return [...new Set([...this.places.values()].flatMap(({ first, second }) => [first, second]))];
  }

  /** Finds the places, which the masks say. */
  locate(s: Scope): void {
    for (const [name, { mask, places }] of this.places) {
      const numbers = { words: sizeOf(mask.shape), first: this.#begins.get(name) ?? 0 };
      s.rec.run(maskPlacesKernel, { mask, places }, numbers, [1, 1, 1]);
    }
  }
}

/** As many parameters together as share a buffer. */
function groupsOf(parts: readonly ChildPart[]): readonly (readonly ChildPart[])[] {
  const groups: ChildPart[][] = [];
  let elements = Infinity;
  for (const part of parts) {
    elements += part.count;
    const last = groups.at(-1);
    if (last !== undefined && elements * bytesPerElement.f32 <= mostPackedBytes) last.push(part);
    else {
      groups.push([part]);
      elements = part.count;
    }
  }
  return groups;
}
