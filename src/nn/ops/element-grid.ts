import { sizeOf } from "../../core/shape.ts";
import { gridOf } from "../../gpu/kernel.ts";
import type { Grid } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";

/** Elements of one workgroup of an element-wise kernel: 64 invocations of one vector of four. */
const elementsPerGroup = 256;

/** The grid of an element-wise kernel over all of a tensor. */
export function elementGrid(tensor: Tensor): Grid {
  return gridOf(Math.ceil(sizeOf(tensor.shape) / elementsPerGroup));
}

/** Words of one workgroup of a kernel over a mask: 64 invocations of one word, 32 elements, each. */
const wordsPerGroup = 64;

/** The grid of a kernel over the mask of so many elements. */
export function maskGrid(elementCount: number): Grid {
  return gridOf(Math.ceil(elementCount / 32 / wordsPerGroup));
}
