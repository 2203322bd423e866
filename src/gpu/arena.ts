import { AppError } from "../core/errors.ts";
import type { Shape } from "../core/shape.ts";
import type { MemoryRecord } from "../contract/run.ts";
import { mostBindable, type Device } from "./device.ts";
import { bytesOf, packedBytesOf, topsOf } from "./tensor.ts";
import type { Allocation, DType, Memory, Section, Tensor } from "./tensor.ts";

/** What memory is for; the keys of a MemoryRecord. */
export type Purpose = "weights" | "gradients" | "moments" | "method" | "activations" | "inputs" | "results" | "view";

/** A tensor to be packed. */
export interface Packed {
  readonly label: string;
  readonly shape: Shape;
  /** A table that is only read and written by rows: where a device binds no tensor so large, it is cut between them. */
  readonly byRows?: boolean | undefined;
}

/**
 * Every buffer is born here under a purpose and a label; the same label gives the same buffer next step, and a smaller
 * shape a view of it.
 */
export interface Arena {
  tensor(purpose: Purpose, label: string, shape: Shape, dtype?: DType): Tensor;
  /** The same for several tensors, which lie one behind another in as few buffers as may be. */
  packed(purpose: Purpose, parts: readonly Packed[]): readonly Tensor[];
  /** Bytes by purpose. */
  bytes(): MemoryRecord;
  /** What takes the most in one buffer: its label and bytes. */
  largest(): { readonly label: string; readonly bytes: number };
  /** Buffers made so far. */
  readonly count: number;
  dispose(): void;
}

/** The most that tensors share a buffer for: what WebGPU lets every device bind. */
export const mostPackedBytes = 2 ** 27;

/**
 * An arena over a device, or over none: then it only counts, which is how a run's memory is known before it starts.
 *
 * `capacities`: bytes to reserve for a label at its first use, from an arena that counted the largest batch. `mostBytes`:
 * of what is bound; the device's own unless said.
 * Errors of tensor(): too-large, when a label is asked for more than was reserved for it; bug, when it is for another purpose.
 */
export function createArena(
  device: Device | null,
  capacities: ReadonlyMap<string, number> = new Map(),
  mostBytes: number = device === null ? Infinity : mostBindable(device.record),
): CountingArena {
  return new CountingArena(device, capacities, mostBytes);
}

/** What lies under a label. */
interface Reserved {
  readonly purpose: Purpose;
  readonly allocation: Allocation;
  /** Of a table that was cut. */
  readonly sections?: readonly Section[];
}

class CountingArena implements Arena {
  readonly #device: Device | null;
  readonly #capacities: ReadonlyMap<string, number>;
  readonly #mostBytes: number;
  readonly #allocations = new Map<string, Reserved>();
  readonly #tensors = new Map<string, Tensor>();
  readonly #memories: Memory[] = [];

  constructor(device: Device | null, capacities: ReadonlyMap<string, number>, mostBytes: number) {
    this.#device = device;
    this.#capacities = capacities;
    this.#mostBytes = mostBytes;
  }

  get count(): number {
    return this.#memories.length;
  }

  tensor(purpose: Purpose, label: string, shape: Shape, dtype: DType = "f32"): Tensor {
    const key = `${label}:${dtype}:${shape.join("x")}`;
    const known = this.#tensors.get(key);
    if (known !== undefined) return known;
    const allocation = this.#allocate(purpose, label, bytesOf(shape, dtype));
    const sections = this.#allocations.get(label)?.sections;
    const tensor = { label, shape, dtype, allocation, ...(sections === undefined ? {} : { sections }) };
    this.#tensors.set(key, tensor);
    return tensor;
  }

  packed(purpose: Purpose, parts: readonly Packed[]): readonly Tensor[] {
    const fresh = parts
      .filter(({ label }) => !this.#allocations.has(label))
      .map((part) => ({
        ...part,
        bytes: packedBytesOf(part.shape, "f32"),
        tops: part.byRows === true ? topsOf(part.shape, this.#mostBytes) : [0],
      }));
    for (let begin = 0, end = 0; begin < fresh.length; begin = end) {
      let total = 0;
      do total += fresh[end++]?.bytes ?? 0;
      while (fresh[end]?.tops.length === 1 && total + (fresh[end]?.bytes ?? 0) <= mostPackedBytes);
      this.#reserve(purpose, fresh.slice(begin, end), total);
    }
    return parts.map(({ label, shape }) => this.tensor(purpose, label, shape));
  }

  /** One buffer for all; where the first of them is cut, one for each of its sections, and the others behind the last. */
  #reserve(purpose: Purpose, [first, ...others]: readonly Fresh[], total: number): void {
    if (first === undefined) return;
    const { label, bytes, tops } = first;
    const [rows = 0, cols = 0] = first.shape;
    const lastAt = (tops.at(-1) ?? 0) * cols * 4;
    const name = `${purpose} from ${label}`;
    const cut = tops.slice(0, -1).map((top, index) => {
      const size = ((tops[index + 1] ?? rows) - top) * cols * 4;
      return { offset: 0, bytes: size, memory: this.#memory(`${name}, row ${top}`, size) };
    });
    const memory = this.#memory(name, total - lastAt);
    const last = { offset: 0, bytes: bytes - lastAt, memory };
    if (tops.length === 1) this.#allocations.set(label, { purpose, allocation: last });
    else {
      const sections = [...cut, last].map((allocation, index): Section => {
        const top = tops[index] ?? 0;
        const shape = [(tops[index + 1] ?? rows) - top, cols];
        return { top, tensor: { label: `${label}, row ${top}`, shape, dtype: "f32", allocation } };
      });
      const allocation = { offset: 0, bytes, memory: { buffer: null } };
      this.#allocations.set(label, { purpose, allocation, sections });
    }
    let offset = last.bytes;
    for (const other of others) {
      this.#allocations.set(other.label, { purpose, allocation: { offset, bytes: other.bytes, memory } });
      offset += other.bytes;
    }
  }

  #allocate(purpose: Purpose, label: string, bytes: number): Allocation {
    const known = this.#allocations.get(label);
    if (known !== undefined && known.purpose !== purpose) {
      throw new AppError("bug", `${label} was asked for as ${purpose} and as ${known.purpose}.`);
    }
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
    for (const [label, { allocation, sections }] of this.#allocations) {
      const bytes = sections?.[0]?.tensor.allocation.bytes ?? allocation.bytes;
      if (bytes > found.bytes) found = { label, bytes };
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

  /** Bytes by label, to reserve in another arena; not of moments, whose first use says how many there are. */
  capacities(): ReadonlyMap<string, number> {
    const growing = [...this.#allocations].filter(([, { purpose }]) => purpose !== "moments");
    return new Map(growing.map(([label, { allocation }]) => [label, allocation.bytes]));
  }

  dispose(): void {
    for (const { buffer } of this.#memories) buffer?.destroy();
    this.#memories.length = 0;
    this.#allocations.clear();
    this.#tensors.clear();
  }
}

/** A tensor to be packed, its bytes, and the rows with which its sections begin. */
interface Fresh extends Packed {
  readonly bytes: number;
  readonly tops: readonly number[];
}

function newBuffer(device: Device, label: string, size: number): GPUBuffer {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  return device.gpu.createBuffer({ label, size, usage });
}
