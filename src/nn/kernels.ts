import type { Kernel } from "../gpu/kernel.ts";

/** A matrix product's kernel, as matmul.wgsl has its sizes. */
export type MatmulKernel = Kernel<"a" | "b" | "bias" | "c", "M" | "N" | "K" | "accumulate" | "biased">;

/** One way to multiply matrices: a kernel a layout (t: that factor is transposed). */
export interface MatmulKernels {
  readonly kernels: Readonly<Record<"nn" | "nt" | "tn", MatmulKernel>>;
  /** The part of c that one workgroup makes. */
  readonly tile: { readonly rows: number; readonly columns: number };
  /** What has to divide b's inner extent. */
  readonly step: number;
}

/** The kernels that suit a device, chosen once: every op takes its own from here. */
export interface Kernels {
  readonly matmul: MatmulKernels;
}
