/** How a kernel uses a storage buffer. */
export type Access = "read" | "read_write";
/** A uniform is one 32-bit number. */
export type UniformType = "u32" | "f32";
/** Workgroup counts. */
export type Grid = readonly [x: number, y: number, z: number];

/**
 * A compute kernel as a value: what stands in one .wgsl file and what it has to be given. A wrong or missing binding
 * does not compile.
 */
export interface Kernel<B extends string = string, U extends string = string> {
  /** The file in shaders/, and the label on the GPU. */
  readonly name: string;
  /** Text of the .wgsl file, with the text of the libraries it uses in front. */
  readonly wgsl: string;
  /** Storage buffers; order = @binding. The uniforms are the last binding. */
  readonly bindings: Readonly<Record<B, Access>>;
  /** Order = struct. */
  readonly uniforms: Readonly<Record<U, UniformType>>;
  /** WGSL overrides. */
  readonly constants?: Readonly<Record<string, number>>;
}

/** Types a kernel value from its literal. */
export function defineKernel<const B extends string, const U extends string>(kernel: Kernel<B, U>): Kernel<B, U> {
  return kernel;
}

/** Most workgroups WebGPU allows along one dimension. */
export const maxWorkgroupsPerDimension = 65_535;

/**
 * Folds a number of workgroups into two dimensions; the kernel's group index is `group.y * groups.x + group.x`, and
 * may run past `count` by less than one row.
 */
export function gridOf(count: number): Grid {
  if (count <= maxWorkgroupsPerDimension) return [count, 1, 1];
  const rows = Math.ceil(count / maxWorkgroupsPerDimension);
  return [Math.ceil(count / rows), rows, 1];
}
