import { AppError } from "../core/errors.ts";
import { decodeHalf, encodeHalf } from "../core/half.ts";
import { roundUp, sizeOf } from "../core/shape.ts";
import type { Device } from "./device.ts";
import { bufferOf } from "./recorder.ts";
import { sectionsOf, type Tensor } from "./tensor.ts";

/** Uploads values to the start of a tensor, numbers as its type has them. Errors: shape-mismatch. */
export function upload(device: Device, tensor: Tensor, given: Float32Array | Uint32Array, at = 0): void {
  const values = tensor.dtype === "f16" && given instanceof Float32Array ? halfWords(given) : given;
  if ((values.length + at) * 4 > tensor.allocation.bytes) {
    throw new AppError("shape-mismatch", `${tensor.label} cannot hold ${values.length + at} values.`);
  }
  for (const { section, from, count, place } of piecesOf(tensor, { from: at, count: values.length })) {
    const to = section.allocation.offset + from * 4;
    device.gpu.queue.writeBuffer(bufferOf(section), to, values.buffer, values.byteOffset + place * 4, count * 4);
  }
}

/** Numbers as f16, two in a word. */
function halfWords(values: Float32Array): Uint32Array {
  const bits = new Uint16Array(roundUp(values.length, 2));
  bits.set(encodeHalf(values));
  return new Uint32Array(bits.buffer);
}

/** Elements of a tensor, rows one after another. */
export interface TensorPart {
  readonly from: number;
  readonly count: number;
}

/** What one buffer holds of a part: elements of a section, and where they stand in the part. */
interface Piece extends TensorPart {
  readonly section: Tensor;
  readonly place: number;
}

function piecesOf(tensor: Tensor, part: TensorPart): readonly Piece[] {
  const [, cols = 0] = tensor.shape;
  return sectionsOf(tensor).flatMap(({ tensor: section, top }) => {
    const start = top * cols;
    const begin = Math.max(part.from, start);
    const end = Math.min(part.from + part.count, start + section.allocation.bytes / 4);
    return begin < end ? [{ section, from: begin - start, count: end - begin, place: begin - part.from }] : [];
  });
}

/**
 * Reads a tensor of numbers back, or of an f32 tensor a part; waits for the device. Errors: device-lost, device-error.
 */
export async function download(device: Device, tensor: Tensor, part?: TensorPart): Promise<Float32Array> {
  const bytes = await downloadBytes(device, tensor, part);
  if (tensor.dtype !== "f16") return new Float32Array(bytes);
  return decodeHalf(new Uint16Array(bytes).subarray(0, sizeOf(tensor.shape)));
}

/** Reads a whole u32 tensor back; waits for the device. Errors: device-lost, device-error. */
export async function downloadWords(device: Device, tensor: Tensor): Promise<Uint32Array> {
  return new Uint32Array(await downloadBytes(device, tensor));
}

/** Section after section: no buffer is larger than what holds one. */
async function downloadBytes(
  device: Device,
  tensor: Tensor,
  part: TensorPart = { from: 0, count: sizeOf(tensor.shape) },
): Promise<ArrayBuffer> {
  const [first, ...rest] = piecesOf(tensor, part);
  if (first === undefined) return new ArrayBuffer();
  if (rest.length === 0) return await downloadPiece(device, first);
  const whole = new Uint8Array(part.count * 4);
  for (const piece of [first, ...rest]) {
    whole.set(new Uint8Array(await downloadPiece(device, piece)), piece.place * 4);
  }
  return whole.buffer;
}

async function downloadPiece(device: Device, { section: tensor, from, count }: Piece): Promise<ArrayBuffer> {
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
