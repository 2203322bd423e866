import type { Phase } from "../contract/engine/profile.ts";
import { AppError } from "../core/errors.ts";
import { roundUp } from "../core/shape.ts";
import type { Device } from "./device.ts";
import type { Grid, Kernel } from "./kernel.ts";
import type { Pipelines } from "./pipelines.ts";
import { bytesPerElement, sectionsOf, type Tensor } from "./tensor.ts";
import type { KernelTimer } from "./timing.ts";

/** Where kernels and copies are written down, in the order in which the device will do them. */
export interface Recorder {
  run<B extends string, U extends string>(
    kernel: Kernel<B, U>,
    buffers: Readonly<Record<B, Tensor>>,
    uniforms: Readonly<Record<U, number>>,
    grid: Grid,
  ): void;
  /** Copies all of src's shape to the start of dst, of the same type, or from and to the given elements. */
  copy(src: Tensor, dst: Tensor, part?: { from: number; to: number; count: number }): void;
  /** Fills with zeros. */
  clear(dst: Tensor): void;
  /** Sends what was recorded so far to the device; keeps single submits short. */
  submit(): void;
  /** Says what the kernels from here on are part of. */
  phase(phase: Phase): void;
}

/** A recorder that does nothing but note which kernels a step will need. */
export class PlanRecorder implements Recorder {
  readonly kernels = new Map<string, Kernel>();

  run<B extends string, U extends string>(kernel: Kernel<B, U>, buffers: Readonly<Record<B, Tensor>>): void {
    for (const name in buffers) refuseCut(buffers[name]);
    this.kernels.set(kernel.name, kernel);
  }
  copy(): void {}
  clear(): void {}
  submit(): void {}
  phase(): void {}
}

const slotBytes = 256;
const slotCount = 4096;

/**
 * Records into command buffers of one device. Uniforms of a submit lie in one buffer at dynamic offsets and are written
 * once; bind groups are cached by kernel and buffers, so that after the first step nothing is created.
 */
export class GpuRecorder implements Recorder {
  readonly #device: Device;
  readonly #pipelines: Pipelines;
  #timer: KernelTimer | null;
  #phase: Phase = "forward";
  readonly #uniforms: GPUBuffer;
  readonly #words = new ArrayBuffer(slotBytes * slotCount);
  readonly #u32 = new Uint32Array(this.#words);
  readonly #f32 = new Float32Array(this.#words);
  readonly #groups = new Map<string, GPUBindGroup>();
  /** Numbers for the buffers that were bound. */
  readonly #numbers = new Map<GPUBuffer, number>();
  #encoder: GPUCommandEncoder | null = null;
  #pass: GPUComputePassEncoder | null = null;
  #slot = 0;

  constructor(device: Device, pipelines: Pipelines, timer: KernelTimer | null = null) {
    this.#device = device;
    this.#pipelines = pipelines;
    this.#timer = timer;
    this.#uniforms = device.gpu.createBuffer({
      label: "uniforms",
      size: slotBytes * slotCount,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
  }

  /** Bind groups made so far. */
  get groupCount(): number {
    return this.#groups.size;
  }

  run<B extends string, U extends string>(
    kernel: Kernel<B, U>,
    buffers: Readonly<Record<B, Tensor>>,
    uniforms: Readonly<Record<U, number>>,
    grid: Grid,
  ): void {
    if (this.#slot === slotCount) this.submit();
    const offset = this.#writeUniforms(kernel, uniforms);
    const pass = this.#timer === null ? this.#openPass() : this.#timedPass(kernel.name, this.#timer);
    pass.setPipeline(this.#pipelines.of(kernel).pipeline);
    pass.setBindGroup(0, this.#group(kernel, buffers), [offset]);
    pass.dispatchWorkgroups(...grid);
    if (this.#timer !== null) this.#closePass();
  }

  copy(src: Tensor, dst: Tensor, part?: { from: number; to: number; count: number }): void {
    this.#closePass();
    const count = part?.count ?? src.shape.reduce((product, extent) => product * extent, 1);
    const size = bytesPerElement[src.dtype];
    const from = src.allocation.offset + (part?.from ?? 0) * size;
    const to = dst.allocation.offset + (part?.to ?? 0) * size;
    // Whole words: what is behind an odd number of halves is nobody's.
    this.#open().copyBufferToBuffer(bufferOf(src), from, bufferOf(dst), to, roundUp(count * size, 4));
  }

  clear(dst: Tensor): void {
    this.#closePass();
    for (const { tensor } of sectionsOf(dst)) {
      this.#open().clearBuffer(bufferOf(tensor), tensor.allocation.offset, tensor.allocation.bytes);
    }
  }

  submit(): void {
    this.#closePass();
    if (this.#encoder === null) return;
    const { queue } = this.#device.gpu;
    if (this.#slot > 0) queue.writeBuffer(this.#uniforms, 0, this.#words, 0, this.#slot * slotBytes);
    this.#timer?.resolve(this.#encoder);
    queue.submit([this.#encoder.finish()]);
    this.#encoder = null;
    this.#slot = 0;
  }

  phase(phase: Phase): void {
    this.#phase = phase;
  }

  /** Times the kernels from here on; null: does not. Nothing may be recorded that was not submitted. */
  timeWith(timer: KernelTimer | null): void {
    this.#timer = timer;
  }

  dispose(): void {
    this.#uniforms.destroy();
    this.#groups.clear();
    this.#numbers.clear();
  }

  #open(): GPUCommandEncoder {
    this.#encoder ??= this.#device.gpu.createCommandEncoder({ label: "step" });
    return this.#encoder;
  }

  #openPass(): GPUComputePassEncoder {
    this.#pass ??= this.#open().beginComputePass({ label: "step" });
    return this.#pass;
  }

  #timedPass(name: string, timer: KernelTimer): GPUComputePassEncoder {
    const timestampWrites = timer.begin(name, this.#phase);
    this.#pass = this.#open().beginComputePass(
      timestampWrites === null ? { label: name } : { label: name, timestampWrites },
    );
    return this.#pass;
  }

  #closePass(): void {
    this.#pass?.end();
    this.#pass = null;
  }

  #writeUniforms(kernel: Kernel, uniforms: Readonly<Record<string, number>>): number {
    const offset = this.#slot++ * slotBytes;
    let word = offset / 4;
    for (const name in kernel.uniforms) {
      const value = uniforms[name] ?? 0;
      if (kernel.uniforms[name] === "f32") this.#f32[word++] = value;
      else this.#u32[word++] = value;
    }
    return offset;
  }

  /** A word for the memory of a tensor. */
  #nameOf(tensor: Tensor | undefined): string {
    if (tensor === undefined) return "";
    const buffer = bufferOf(tensor);
    const number = this.#numbers.get(buffer) ?? this.#numbers.size + 1;
    this.#numbers.set(buffer, number);
    return `${number}+${tensor.allocation.offset}:${tensor.allocation.bytes}`;
  }

  #group(kernel: Kernel, buffers: Readonly<Record<string, Tensor>>): GPUBindGroup {
    let key = kernel.name;
    for (const name in kernel.bindings) key += `,${this.#nameOf(buffers[name])}`;
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const names = Object.keys(kernel.bindings);
    const entries: GPUBindGroupEntry[] = names.map((name, binding) => {
      const tensor = buffers[name];
      if (tensor === undefined) throw new AppError("bug", `Kernel ${kernel.name} was not given ${name}.`);
      const { offset, bytes: size } = tensor.allocation;
      return { binding, resource: { buffer: bufferOf(tensor), offset, size } };
    });
    const size = Math.max(Object.keys(kernel.uniforms).length * 4, 4);
    entries.push({ binding: names.length, resource: { buffer: this.#uniforms, size } });
    const { layout } = this.#pipelines.of(kernel);
    const group = this.#device.gpu.createBindGroup({ label: kernel.name, layout, entries });
    this.#groups.set(key, group);
    return group;
  }
}

/** Errors: bug, for a table that was cut. */
function refuseCut({ label, sections }: Tensor): void {
  if (sections !== undefined) throw new AppError("bug", `${label} was cut, and is wanted in one buffer.`);
}

/** The buffer behind a tensor. Errors: bug, for a tensor of a planned step or a table that was cut. */
export function bufferOf(tensor: Tensor): GPUBuffer {
  refuseCut(tensor);
  const { buffer } = tensor.allocation.memory;
  if (buffer === null) throw new AppError("bug", `${tensor.label} was only planned and has no memory.`);
  return buffer;
}
