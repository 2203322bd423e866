import { createArena } from "../gpu/arena.ts";
import type { Device } from "../gpu/device.ts";
import { Pipelines } from "../gpu/pipelines.ts";
import { download, upload } from "../gpu/readback.ts";
import { GpuRecorder } from "../gpu/recorder.ts";
import type { Kernels } from "./kernels.ts";
import { matmulNN, matmulNT, matmulTN, matmulVariants, plainKernels } from "./ops/matmul.ts";
import { createScope, noDropout } from "./scope.ts";

const sizes = { M: 37, N: 45, K: 51 };
/** Rounding of two f32 sums of K terms of at most 1: 8 · 2^-24 of the sum of absolute terms. */
const bound = 8 * 2 ** -24 * sizes.K;

/**
 * Chooses the kernels for a device: a subgroup's matrix product only where a CPU plays the GPU with subgroups of four or
 * more, and only when its results there equal the plain one's within the rounding of an f32 sum.
 */
export async function chooseKernels(device: Device): Promise<Kernels> {
  const lanes = device.gpu.features.has("subgroups") ? (device.gpu.adapterInfo.subgroupMinSize ?? 0) : 0;
  if (!device.record.software || lanes < 4) return plainKernels;
  const candidate: Kernels = { matmul: lanes < 8 ? matmulVariants.subgroup4 : matmulVariants.subgroup8 };
  const [expected, found] = [await products(device, plainKernels), await products(device, candidate)];
  const equal = expected.every((value, index) => Math.abs(value - (found[index] ?? Number.NaN)) <= bound);
  return equal && expected.length === found.length ? candidate : plainKernels;
}

async function products(device: Device, kernels: Kernels): Promise<Float32Array> {
  const mem = createArena(device);
  const rec = new GpuRecorder(device, new Pipelines(device));
  const s = createScope({ rec, mem, seed: 0, step: 0, dropout: noDropout, kernels });
  const { M, N, K } = sizes;
  const filled = (label: string, rows: number, columns: number) => {
    const tensor = mem.tensor("activations", label, [rows, columns]);
    upload(
      device,
      tensor,
      Float32Array.from({ length: rows * columns }, (_, index) => Math.sin(index * 1.7)),
    );
    return tensor;
  };
  const results = [0, 1, 2].map((index) => mem.tensor("results", `product ${index}`, [M, N]));
  const [nn, nt, tn] = results;
  try {
    if (nn) matmulNN(s, filled("a", M, K), filled("b", K, N), nn);
    if (nt) matmulNT(s, filled("a", M, K), filled("b transposed", N, K), nt);
    if (tn) matmulTN(s, filled("a transposed", K, M), filled("b", K, N), tn);
    rec.submit();
    const values = await Promise.all(results.map((tensor) => download(device, tensor)));
    return Float32Array.from(values.flatMap((part) => [...part]));
  } finally {
    rec.dispose();
    mem.dispose();
  }
}
