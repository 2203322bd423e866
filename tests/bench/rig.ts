import { createArena } from "../../src/gpu/arena.ts";
import type { Arena } from "../../src/gpu/arena.ts";
import type { Device } from "../../src/gpu/device.ts";
import type { Pipelines } from "../../src/gpu/pipelines.ts";
import { upload } from "../../src/gpu/readback.ts";
import { GpuRecorder } from "../../src/gpu/recorder.ts";
import type { Tensor } from "../../src/gpu/tensor.ts";
import { KernelTimer } from "../../src/gpu/timing.ts";
import type { Kernels } from "../../src/nn/kernels.ts";
import { createScope, noDropout } from "../../src/nn/scope.ts";
import type { Scope } from "../../src/nn/scope.ts";

/** What is measured on. */
export interface Rig {
  readonly device: Device;
  readonly pipelines: Pipelines;
  readonly kernels: Kernels;
}

/** Reserves and fills what an op works on; what it returns records the op once. */
export type Work = (
  mem: Arena,
  fill: (tensor: Tensor, values: Float32Array | Uint32Array) => void,
) => (s: Scope) => void;

const turns = 3;
/** Where one turn takes longer, another one is enough. */
const longMs = 300;
/** The name of all kernels together, where the device has no timestamps. */
export const together = "all kernels";

/**
 * Milliseconds of one recording of the work, by kernel: of the fastest turn, after one that warms. `leastMs`: turns go on
 * for so long, for where other programs take a device's time, the fastest of many turns had least taken.
 */
export async function timeKernels(
  { device, pipelines, kernels }: Rig,
  work: Work,
  leastMs = 0,
): Promise<ReadonlyMap<string, number>> {
  const mem = createArena(device);
  const timer = KernelTimer.supported(device) ? new KernelTimer(device) : null;
  const rec = new GpuRecorder(device, pipelines, timer);
  const record = work(mem, (tensor, values) => upload(device, tensor, values));
  const turn = async (): Promise<ReadonlyMap<string, number>> => {
    const begun = performance.now();
    record(createScope({ rec, mem, seed: 1, step: 1, dropout: noDropout, kernels }));
    rec.submit();
    if (timer === null) {
      await device.gpu.queue.onSubmittedWorkDone();
      return new Map([[together, performance.now() - begun]]);
    }
    const sums = new Map<string, number>();
    for (const { kernel, startMs, endMs } of (await timer.spans()).spans) {
      sums.set(kernel, (sums.get(kernel) ?? 0) + endMs - startMs);
    }
    return sums;
  };
  try {
    await turn();
    let best = await turn();
    const begun = performance.now();
    const enough = (count: number): boolean => count >= turns || totalOf(best) >= longMs;
    for (let count = 1; !enough(count) || performance.now() - begun < leastMs; count++) {
      const next = await turn();
      if (totalOf(next) < totalOf(best)) best = next;
    }
    device.check();
    return best;
  } finally {
    rec.dispose();
    timer?.dispose();
    mem.dispose();
  }
}

/** The sum over all kernels. */
export function totalOf(times: ReadonlyMap<string, number>): number {
  return [...times.values()].reduce((sum, ms) => sum + ms, 0);
}

/** Numbers between 0 and 1 that do not repeat soon. */
export function scattered(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => Math.abs(Math.sin(index * 1.7)));
}
