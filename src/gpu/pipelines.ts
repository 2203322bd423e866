import type { Device } from "./device.ts";
import type { Kernel } from "./kernel.ts";

/** A compiled kernel. */
export interface Compiled {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** The compiled kernels of a device, by name. */
export class Pipelines {
  readonly #device: Device;
  readonly #compiled = new Map<string, Compiled>();

  constructor(device: Device) {
    this.#device = device;
  }

  /** Pipelines made so far. */
  get count(): number {
    return this.#compiled.size;
  }

  /**
   * Compiles what is not compiled yet, all together; tells how far it is. Errors: device-error, naming the kernel;
   * device-lost.
   */
  async compile(kernels: Iterable<Kernel>, progress: (done: number, total: number) => void = () => {}): Promise<void> {
    const missing = [...kernels].filter((kernel) => !this.#compiled.has(kernel.name));
    let done = 0;
    await Promise.all(
      missing.map(async (kernel) => {
        this.#compiled.set(kernel.name, await this.#compile(kernel));
        progress(++done, missing.length);
      }),
    );
  }

  async #compile(kernel: Kernel): Promise<Compiled> {
    const { layout, descriptor } = this.#describe(kernel);
    const words = (reason: string): string => `The GPU cannot compile ${kernel.name}: ${reason}`;
    const { gpu } = this.#device;
    try {
      return { pipeline: await this.#device.answered(gpu.createComputePipelineAsync(descriptor), words), layout };
    } catch (error) {
      // The device has more to say of a text that it could not read.
      this.#device.check();
      throw error;
    }
  }

  /** A compiled kernel; compiles it on the spot when compile() was not told of it. */
  of(kernel: Kernel): Compiled {
    const known = this.#compiled.get(kernel.name);
    if (known !== undefined) return known;
    const { layout, descriptor } = this.#describe(kernel);
    const compiled = { pipeline: this.#device.gpu.createComputePipeline(descriptor), layout };
    this.#compiled.set(kernel.name, compiled);
    return compiled;
  }

  #describe(kernel: Kernel): { layout: GPUBindGroupLayout; descriptor: GPUComputePipelineDescriptor } {
    const { gpu } = this.#device;
    const visibility = GPUShaderStage.COMPUTE;
    const accesses = Object.values<string>(kernel.bindings);
    const storage: GPUBindGroupLayoutEntry[] = accesses.map((access, binding) => ({
      binding,
      visibility,
      buffer: { type: access === "read" ? "read-only-storage" : "storage" },
    }));
    const uniform = { type: "uniform", hasDynamicOffset: true } as const;
    const layout = gpu.createBindGroupLayout({
      label: kernel.name,
      entries: [...storage, { binding: storage.length, visibility, buffer: uniform }],
    });
    const module = gpu.createShaderModule({ label: kernel.name, code: kernel.wgsl });
    const descriptor = {
      label: kernel.name,
      layout: gpu.createPipelineLayout({ label: kernel.name, bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: "main", constants: { ...kernel.constants } },
    };
    return { layout, descriptor };
  }
}
