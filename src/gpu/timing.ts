import type { KernelSpan, Phase } from "../contract/engine/profile.ts";
import type { Device } from "./device.ts";

const pairCount = 2048;

/** Measures device time per kernel with timestamp queries: one pass a dispatch. */
export class KernelTimer {
  readonly #device: Device;
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #staging: GPUBuffer;
  #begun: { readonly kernel: string; readonly phase: Phase }[] = [];
  #refused = 0;

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
  begin(kernel: string, phase: Phase): GPUComputePassTimestampWrites | null {
    if (this.#begun.length === pairCount) {
      this.#refused += 1;
      return null;
    }
    const index = this.#begun.push({ kernel, phase }) - 1;
    return { querySet: this.#queries, beginningOfPassWriteIndex: index * 2, endOfPassWriteIndex: index * 2 + 1 };
  }

  /** Called before each submit. */
  resolve(encoder: GPUCommandEncoder): void {
    const count = this.#begun.length * 2;
    if (count === 0) return;
    encoder.resolveQuerySet(this.#queries, 0, count, this.#resolved, 0);
  }

  /** The kernels since the last call, and how many found no more room; waits for the device. */
  async spans(): Promise<{ readonly spans: readonly KernelSpan[]; readonly untimedCount: number }> {
    const [begun, untimedCount] = [this.#begun, this.#refused];
    [this.#begun, this.#refused] = [[], 0];
    const encoder = this.#device.gpu.createCommandEncoder({ label: "timing" });
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, begun.length * 16);
    this.#device.gpu.queue.submit([encoder.finish()]);
    await this.#device.answered(this.#staging.mapAsync(GPUMapMode.READ));
    const stamps = new BigInt64Array(this.#staging.getMappedRange());
    const msAt = (index: number): number => Number(stamps[index] ?? 0n) / 1e6;
    const spans = begun.map((one, index) => ({ ...one, startMs: msAt(index * 2), endMs: msAt(index * 2 + 1) }));
    this.#staging.unmap();
    return { spans, untimedCount };
  }

  dispose(): void {
    this.#queries.destroy();
    this.#resolved.destroy();
    this.#staging.destroy();
  }
}
