import { createArena } from "../gpu/arena.ts";
import type { Device } from "../gpu/device.ts";
import { Pipelines } from "../gpu/pipelines.ts";
import { download, upload } from "../gpu/readback.ts";
import { GpuRecorder } from "../gpu/recorder.ts";
import { matmulNN, matmulNT, matmulTN } from "./ops/matmul.ts";
import { createScope, noDropout } from "./scope.ts";
import type { MatmulVariant } from "./scope.ts";

const sizes = { M: 37, N: 45, K: 51 };
/** Rounding of two f32 sums of K terms of at most 1: 8 · 2^-24 of the sum of absolute terms. */
const bound = 8 * 2 ** -24 * sizes.K;

/**
 * Chooses the matrix product for a device: a subgroup variant only where a CPU plays the GPU with subgroups of four or
 * more, and only when its results there equal the plain one's within the rounding of an f32 sum.
 */
export async function chooseMatmul(device: Device): Promise<MatmulVariant> {
  const lanes = device.gpu.features.has("subgroups") ? (device.gpu.adapterInfo.subgroupMinSize ?? 0) : 0;
  if (!device.record.software || lanes < 4) return "tiled";
  const variant = lanes < 8 ? "subgroup4" : "subgroup8";
  const [plain, candidate] = [await products(device, "tiled"), await products(device, variant)];
  const equal = plain.every((value, index) => Math.abs(value - (candidate[index] ?? Number.NaN)) <= bound);
  return equal && plain.length === candidate.length ? variant : "tiled";
}

async function products(device: Device, matmul: MatmulVariant): Promise<Float32Array> {
  const mem = createArena(device);
  const rec = new GpuRecorder(device, new Pipelines(device));
  const s = createScope({ rec, mem, seed: 0, step: 0, dropout: noDropout, matmul });
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
