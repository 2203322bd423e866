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
