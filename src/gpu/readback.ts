import { AppError } from "../core/errors.ts";
import { sizeOf } from "../core/shape.ts";
import type { Device } from "./device.ts";
import { bufferOf } from "./recorder.ts";
import type { Tensor } from "./tensor.ts";

/** Uploads values to the start of a tensor. Errors: shape-mismatch. */
export function upload(device: Device, tensor: Tensor, values: Float32Array | Uint32Array, at = 0): void {
  if ((values.length + at) * 4 > tensor.allocation.bytes) {
    throw new AppError("shape-mismatch", `${tensor.label} cannot hold ${values.length + at} values.`);
  }
  device.gpu.queue.writeBuffer(
    bufferOf(tensor),
    tensor.allocation.offset + at * 4,
    values.buffer,
    values.byteOffset,
    values.byteLength,
  );
}

/** Elements of a tensor, rows one after another. */
export interface TensorPart {
  readonly from: number;
  readonly count: number;
}

/** Reads an f32 tensor back, or a part of it; waits for the device. Errors: device-lost, device-error. */
export async function download(device: Device, tensor: Tensor, part?: TensorPart): Promise<Float32Array> {
  return new Float32Array(await downloadBytes(device, tensor, part));
}

/** Reads a whole u32 tensor back; waits for the device. Errors: device-lost, device-error. */
export async function downloadWords(device: Device, tensor: Tensor): Promise<Uint32Array> {
  return new Uint32Array(await downloadBytes(device, tensor));
}

async function downloadBytes(
  device: Device,
  tensor: Tensor,
  { from, count }: TensorPart = { from: 0, count: sizeOf(tensor.shape) },
): Promise<ArrayBuffer> {
  const size = count * 4;
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const staging = device.gpu.createBuffer({ label: `read ${tensor.label}`, size, usage });
  try {
    const encoder = device.gpu.createCommandEncoder({ label: `read ${tensor.label}` });
    encoder.copyBufferToBuffer(bufferOf(tensor), tensor.allocation.offset + from * 4, staging, 0, size);
    device.gpu.queue.submit([encoder.finish()]);
    await mapped(device, staging);
    return staging.getMappedRange().slice(0);
  } finally {
    staging.destroy();
  }
}

/** A reader of one tensor that keeps its staging buffer: repeated reads create nothing. */
export class Readback {
  readonly #device: Device;
  readonly #tensor: Tensor;
  readonly #staging: GPUBuffer;

  constructor(device: Device, tensor: Tensor) {
    this.#device = device;
    this.#tensor = tensor;
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const size = sizeOf(tensor.shape) * 4;
    this.#staging = device.gpu.createBuffer({ label: `read ${tensor.label}`, size, usage });
  }

  /** The tensor's 32-bit words once everything submitted so far is done. One read at a time. Errors: device-lost. */
  async read(): Promise<ArrayBuffer> {
    const encoder = this.#device.gpu.createCommandEncoder({ label: `read ${this.#tensor.label}` });
    encoder.copyBufferToBuffer(
      bufferOf(this.#tensor),
      this.#tensor.allocation.offset,
      this.#staging,
      0,
      this.#staging.size,
    );
    this.#device.gpu.queue.submit([encoder.finish()]);
    await mapped(this.#device, this.#staging);
    const words = this.#staging.getMappedRange().slice(0);
    this.#staging.unmap();
    return words;
  }

  dispose(): void {
    this.#staging.destroy();
  }
}

/** Resolves once a staging buffer can be read. Errors: device-lost, device-error. */
export async function mapped(device: Device, staging: GPUBuffer): Promise<void> {
  const words = (reason: string): string => `The GPU did not hand its results back (${reason}); start again.`;
  await device.answered(staging.mapAsync(GPUMapMode.READ), words);
  device.check();
}
