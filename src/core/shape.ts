/** Sizes of a tensor, outermost first; row-major. */
export type Shape = readonly number[];

/** Number of elements of a shape; 1 for a scalar shape []. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Smallest multiple of `unit` that is at least `value`. */
export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

/** "[128, 512]", for messages. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}
