import { testGpu } from "./device.ts";

/** What a test may claim of the devices that are made. */
export interface Claims {
  /** In place of the device's own, bytes. */
  readonly maxBindingBytes?: number;
  /** Asked at the end of every error scope: true, and the device says that it ran out of memory. */
  readonly outOfMemory?: () => boolean;
  /** What becomes of a kernel's text before it is compiled: a driver may miscompile it. */
  readonly miscompiled?: (name: string, code: string) => string;
}

/** A GPU whose devices a test can reach: to lose one, or to have it claim less than it can. */
export interface WatchedGpu {
  readonly gpu: GPU;
  /** All that were made, the latest last. */
  readonly devices: readonly GPUDevice[];
}

/** Watches the devices that Dawn makes. */
export function watchedGpu({ maxBindingBytes, outOfMemory = () => false, miscompiled }: Claims = {}): WatchedGpu {
  const devices: GPUDevice[] = [];
  const limits = (device: GPUDevice): GPUSupportedLimits =>
    maxBindingBytes === undefined
      ? device.limits
      : replacing(device.limits, { maxStorageBufferBindingSize: maxBindingBytes });
  const made = async (adapter: GPUAdapter, descriptor?: GPUDeviceDescriptor): Promise<GPUDevice> => {
    const device = await adapter.requestDevice(descriptor);
    devices.push(device);
    const popErrorScope = async (): Promise<GPUError | null> => {
      const error = await device.popErrorScope();
      return outOfMemory() ? new GPUOutOfMemoryError("made by the test") : error;
    };
    const createShaderModule = (descriptor: GPUShaderModuleDescriptor): GPUShaderModule => {
      const { label = "", code } = descriptor;
      return device.createShaderModule({ ...descriptor, code: miscompiled?.(label, code) ?? code });
    };
    return replacing(device, { limits: limits(device), popErrorScope, createShaderModule });
  };
  const found = async (options?: GPURequestAdapterOptions): Promise<GPUAdapter | null> => {
    const adapter = await testGpu.requestAdapter(options);
    return adapter && replacing(adapter, { requestDevice: (wish?: GPUDeviceDescriptor) => made(adapter, wish) });
  };
  return { gpu: replacing(testGpu, { requestAdapter: found }), devices };
}

/** The object with some properties replaced; native methods are called on the object itself. */
function replacing<T extends object>(target: T, parts: Readonly<Record<string, unknown>>): T {
  return new Proxy(target, {
    get(_, key) {
      if (typeof key === "string" && key in parts) return parts[key];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
