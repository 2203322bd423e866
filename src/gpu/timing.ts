import type { Device } from "./device.ts";

const pairCount = 2048;

/** Measures device time per kernel with timestamp queries, for benchmarks: one pass a dispatch. */
export class KernelTimer {
  readonly #device: Device;
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #staging: GPUBuffer;
  #names: string[] = [];

  /** Errors: the device must have "timestamp-query"; see supported(). */
  constructor(device: Device) {
    this.#device = device;
    const size = pairCount * 16;
    this.#queries = device.gpu.createQuerySet({ label: "timing", type: "timestamp", count: pairCount * 2 });
    const usage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
    this.#resolved = device.gpu.createBuffer({ label: "timing", size, usage });
    const staging = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    this.#staging = device.gpu.createBuffer({ label: "timing", size, usage: staging });
  }

  /** Whether the device can measure. */
  static supported(device: Device): boolean {
    return device.gpu.features.has("timestamp-query");
  }

  /** Opens a pair of queries for a kernel; null when this interval has no more. */
  begin(name: string): GPUComputePassTimestampWrites | null {
    if (this.#names.length === pairCount) return null;
    const index = this.#names.push(name) - 1;
    return { querySet: this.#queries, beginningOfPassWriteIndex: index * 2, endOfPassWriteIndex: index * 2 + 1 };
  }

  /** Called before each submit. */
  resolve(encoder: GPUCommandEncoder): void {
    const count = this.#names.length * 2;
    if (count === 0) return;
    encoder.resolveQuerySet(this.#queries, 0, count, this.#resolved, 0);
  }

  /** Milliseconds and calls by kernel name since the last call; waits for the device. */
  async take(): Promise<ReadonlyMap<string, { ms: number; calls: number }>> {
    const names = this.#names;
    this.#names = [];
    const encoder = this.#device.gpu.createCommandEncoder({ label: "timing" });
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, names.length * 16);
    this.#device.gpu.queue.submit([encoder.finish()]);
    await this.#staging.mapAsync(GPUMapMode.READ);
    const stamps = new BigInt64Array(this.#staging.getMappedRange());
    const sums = new Map<string, { ms: number; calls: number }>();
    names.forEach((name, index) => {
      const ms = Number((stamps[index * 2 + 1] ?? 0n) - (stamps[index * 2] ?? 0n)) / 1e6;
      const sum = sums.get(name) ?? { ms: 0, calls: 0 };
      sums.set(name, { ms: sum.ms + ms, calls: sum.calls + 1 });
    });
    this.#staging.unmap();
    return sums;
  }

  dispose(): void {
    this.#queries.destroy();
    this.#resolved.destroy();
    this.#staging.destroy();
  }
}
