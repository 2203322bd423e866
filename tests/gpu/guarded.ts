import { roundUp, sizeOf } from "../../src/core/shape.ts";
import type { Shape } from "../../src/core/shape.ts";
import type { Purpose } from "../../src/gpu/arena.ts";
import type { Tensor } from "../../src/gpu/tensor.ts";
import type { Bench } from "./device.ts";

const sentinel = 9;
const guardCount = 8;

/** An output that was filled with a sentinel, with guard values behind its end. */
export interface Guarded {
  /** Of the wanted shape. */
  readonly tensor: Tensor;
  /** Its values. Errors: Error, when something was written behind its end. */
  read(): Promise<Float32Array>;
}

/**
 * Fills the memory that an op will find under `label` with nines, before the op asks for it: what it does not write, and
 * what it writes behind the last vector of four, is seen.
 */
export function guarded(b: Bench, label: string, shape: Shape, purpose: Purpose = "activations"): Guarded {
  const count = sizeOf(shape);
  const end = roundUp(count, 4);
  const whole = b.tensor(label, [end + guardCount], new Float32Array(end + guardCount).fill(sentinel), purpose);
  return {
    tensor: { ...whole, shape },
    async read() {
      const values = await b.read(whole);
      const overrun = values.subarray(end).findIndex((value) => value !== sentinel);
      if (overrun >= 0) throw new Error(`${label} was written ${overrun} values behind its end.`);
      return values.slice(0, count);
    },
  };
}
