import { AppError } from "../core/errors.ts";
import type { Shape } from "../core/shape.ts";
import type { MemoryRecord } from "../contract/run.ts";
import type { Device } from "./device.ts";
import { bytesOf, packedBytesOf } from "./tensor.ts";
import type { Allocation, DType, Memory, Tensor } from "./tensor.ts";

/** What memory is for; the keys of a MemoryRecord. */
export type Purpose = "weights" | "gradients" | "moments" | "method" | "activations" | "inputs" | "results" | "view";

/**
 * Every buffer is born here under a purpose and a label; the same label gives the same buffer next step, and a smaller
 * shape a view of it.
 */
export interface Arena {
  tensor(purpose: Purpose, label: string, shape: Shape, dtype?: DType): Tensor;
  /** The same for several tensors, which lie one behind another in as few buffers as may be. */
  packed(purpose: Purpose, parts: readonly { readonly label: string; readonly shape: Shape }[]): readonly Tensor[];
  /** Bytes by purpose. */
  bytes(): MemoryRecord;
  /** What takes the most in one piece: its label and bytes. */
  largest(): { readonly label: string; readonly bytes: number };
  /** Buffers made so far. */
  readonly count: number;
  dispose(): void;
}

/** The most that tensors share a buffer for: what WebGPU lets every device bind. */
const mostPackedBytes = 2 ** 27;

/**
 * An arena over a device, or over none: then it only counts, which is how a run's memory is known before it starts.
 *
 * `capacities`: bytes to reserve for a label at its first use, from an arena that counted the largest batch.
 * Errors of tensor(): too-large, when a label is asked for more than was reserved for it.
 */
export function createArena(device: Device | null, capacities: ReadonlyMap<string, number> = new Map()): CountingArena {
  return new CountingArena(device, capacities);
}

class CountingArena implements Arena {
  readonly #device: Device | null;
  readonly #capacities: ReadonlyMap<string, number>;
  readonly #allocations = new Map<string, { purpose: Purpose; allocation: Allocation }>();
  readonly #tensors = new Map<string, Tensor>();
  readonly #memories: Memory[] = [];

  constructor(device: Device | null, capacities: ReadonlyMap<string, number>) {
    this.#device = device;
    this.#capacities = capacities;
  }

  get count(): number {
    return this.#memories.length;
  }

  tensor(purpose: Purpose, label: string, shape: Shape, dtype: DType = "f32"): Tensor {
    const key = `${label}:${dtype}:${shape.join("x")}`;
    const known = this.#tensors.get(key);
    if (known !== undefined) return known;
    const tensor = { label, shape, dtype, allocation: this.#allocate(purpose, label, bytesOf(shape, dtype)) };
    this.#tensors.set(key, tensor);
    return tensor;
  }

  packed(purpose: Purpose, parts: readonly { readonly label: string; readonly shape: Shape }[]): readonly Tensor[] {
    const fresh = parts
      .filter(({ label }) => !this.#allocations.has(label))
      .map(({ label, shape }) => ({ label, bytes: packedBytesOf(shape, "f32") }));
    for (let begin = 0, end = 0; begin < fresh.length; begin = end) {
      let total = 0;
      const offsets: number[] = [];
      do {
        offsets.push(total);
        total += fresh[end++]?.bytes ?? 0;
      } while (end < fresh.length && total + (fresh[end]?.bytes ?? 0) <= mostPackedBytes);
      const memory = this.#memory(`${purpose} from ${fresh[begin]?.label ?? ""}`, total);
      for (const [index, { label, bytes }] of fresh.slice(begin, end).entries()) {
        this.#allocations.set(label, { purpose, allocation: { offset: offsets[index] ?? 0, bytes, memory } });
      }
    }
    return parts.map(({ label, shape }) => this.tensor(purpose, label, shape));
  }

  #allocate(purpose: Purpose, label: string, bytes: number): Allocation {
    const known = this.#allocations.get(label);
    if (known !== undefined && known.allocation.bytes >= bytes) return known.allocation;
    if (known !== undefined && this.#device !== null) {
      throw new AppError("too-large", `${label} needs ${bytes} bytes; ${known.allocation.bytes} were reserved for it.`);
    }
    const reserved = Math.max(bytes, this.#capacities.get(label) ?? 0);
    const allocation = { offset: 0, bytes: reserved, memory: this.#memory(label, reserved) };
    this.#allocations.set(label, { purpose, allocation });
    return allocation;
  }

  #memory(label: string, size: number): Memory {
    const memory = { buffer: this.#device === null ? null : newBuffer(this.#device, label, size) };
    this.#memories.push(memory);
    return memory;
  }

  bytes(): MemoryRecord {
    const sums: Record<string, number> = {};
    for (const { purpose, allocation } of this.#allocations.values()) {
      sums[purpose] = (sums[purpose] ?? 0) + allocation.bytes;
    }
    return sums;
  }

  largest(): { label: string; bytes: number } {
    let found = { label: "", bytes: 0 };
    for (const [label, { allocation }] of this.#allocations) {
      if (allocation.bytes > found.bytes) found = { label, bytes: allocation.bytes };
    }
    return found;
  }

  /** What was asked for so far under these purposes. */
  tensorsFor(purposes: ReadonlySet<Purpose>): readonly Tensor[] {
    return [...this.#tensors.values()].filter(({ label }) => {
      const purpose = this.#allocations.get(label)?.purpose;
      return purpose !== undefined && purposes.has(purpose);
    });
  }

  /** Bytes by label, to reserve in another arena. */
  capacities(): ReadonlyMap<string, number> {
    return new Map([...this.#allocations].map(([label, { allocation }]) => [label, allocation.bytes]));
  }

  dispose(): void {
    for (const { buffer } of this.#memories) buffer?.destroy();
    this.#memories.length = 0;
    this.#allocations.clear();
    this.#tensors.clear();
  }
}

function newBuffer(device: Device, label: string, size: number): GPUBuffer {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  return device.gpu.createBuffer({ label, size, usage });
}
