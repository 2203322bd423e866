import { AppError } from "../core/errors.ts";
import { sizeOf } from "../core/shape.ts";
import type { Device } from "./device.ts";
import { mapped } from "./readback.ts";
import { bufferOf } from "./recorder.ts";
import { sectionsOf, type Tensor } from "./tensor.ts";

/** The values of a tensor, bit for bit. */
export type Elements = Float32Array | Uint32Array;

/** Tensors as they were when they were asked for. */
export interface Capture {
  /** In the order of the tensors; null where device or host have no memory for them. Errors: device-lost, device-error. */
  readonly values: Promise<readonly Elements[] | null>;
}

/** Device memory that a capture takes at once. */
const mostStagedBytes = 2 ** 28;

/**
 * Copies tensors as they are after what was submitted so far. What fits into `limit` bytes is read while the caller goes
 * on; where it is more, the caller waits until all but the last part are read, since nothing may be written meanwhile.
 */
export async function capture(
  device: Device,
  tensors: readonly Tensor[],
  limit: number = mostStagedBytes,
): Promise<Capture> {
  const parts = partsOf(
    tensors.flatMap((tensor) => sectionsOf(tensor).map((section) => section.tensor)),
    limit,
  );
  const read: (readonly Elements[])[] = [];
  for (const part of parts.slice(0, -1)) {
    const values = await readPart(device, part);
    if (values === null) return { values: Promise.resolve(null) };
    read.push(values);
  }
  const last = readPart(device, parts.at(-1) ?? []);
  // A loss is found by whoever trains; this one may be asked later, or never.
  last.catch(() => undefined);
  return { values: last.then((values) => (values === null ? null : joined(tensors, [...read.flat(), ...values]))) };
}

/** What was read of sections, as one for each tensor; null where the host has no memory. */
function joined(tensors: readonly Tensor[], read: readonly Elements[]): readonly Elements[] | null {
  let next = 0;
  return inMemory(() =>
    tensors.map((tensor) => {
      const sections = sectionsOf(tensor);
      const parts = read.slice(next, (next += sections.length));
      const [first = new Float32Array()] = parts;
      if (sections.length === 1) return first;
      const whole = new Float32Array(sizeOf(tensor.shape));
      sections.forEach(({ top }, index) => whole.set(parts[index] ?? [], top * (tensor.shape[1] ?? 0)));
      return whole;
    }),
  );
}

/** Runs of neighbours that take no more than `limit` bytes together, or one tensor that is larger. */
function partsOf(tensors: readonly Tensor[], limit: number): readonly (readonly Tensor[])[] {
  const parts: Tensor[][] = [];
  let bytes = Infinity;
  for (const tensor of tensors) {
    bytes += sizeOf(tensor.shape) * 4;
    if (bytes > limit) {
      parts.push([]);
      bytes = sizeOf(tensor.shape) * 4;
    }
    parts.at(-1)?.push(tensor);
  }
  return parts;
}

async function readPart(device: Device, tensors: readonly Tensor[]): Promise<readonly Elements[] | null> {
  const { gpu } = device;
  const size = tensors.reduce((sum, { shape }) => sum + sizeOf(shape) * 4, 0);
  gpu.pushErrorScope("validation");
  gpu.pushErrorScope("out-of-memory");
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const staging = gpu.createBuffer({ label: "capture", size, usage });
  const encoder = gpu.createCommandEncoder({ label: "capture" });
  let at = 0;
  for (const tensor of tensors) {
    const bytes = sizeOf(tensor.shape) * 4;
    encoder.copyBufferToBuffer(bufferOf(tensor), tensor.allocation.offset, staging, at, bytes);
    at += bytes;
  }
  gpu.queue.submit([encoder.finish()]);
  const scopes = [device.answered(gpu.popErrorScope()), device.answered(gpu.popErrorScope())];
  try {
    const [full, invalid] = await Promise.all(scopes);
    if (full) return null;
    if (invalid) throw new AppError("device-error", `The GPU refused to copy a run: ${invalid.message}`);
    await mapped(device, staging);
    return slices(staging.getMappedRange(), tensors);
  } finally {
    staging.destroy();
  }
}

/** The values of tensors that lie one behind another; null where the host has no memory. */
function slices(range: ArrayBuffer, tensors: readonly Tensor[]): readonly Elements[] | null {
  let at = 0;
  return inMemory(() =>
    tensors.map(({ shape, dtype }) => {
      const bytes = range.slice(at, (at += sizeOf(shape) * 4));
      return dtype === "u32" ? new Uint32Array(bytes) : new Float32Array(bytes);
    }),
  );
}

/** null where the host has no memory for what is made. */
function inMemory<T>(make: () => T): T | null {
  try {
    return make();
  } catch (thrown) {
    if (thrown instanceof RangeError) return null;
    throw thrown;
  }
}
