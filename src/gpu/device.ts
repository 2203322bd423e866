import { AppError } from "../core/errors.ts";
import type { DeviceRecord } from "../contract/run.ts";

/** A device with what we need to know of it. */
export interface Device {
  readonly gpu: GPUDevice;
  readonly record: DeviceRecord;
  /** Resolves with the reason when the device is lost; never rejects. */
  readonly lost: Promise<string>;
  /** Errors: device-error, when the device has reported one since the last call; device-lost, from then on. */
  check(): void;
  destroy(): void;
}

/** What to ask of an adapter. */
export interface DeviceWish {
  /** Optional features to take when the adapter has them. */
  readonly features?: readonly GPUFeatureName[];
  /** "default": keep WebGPU's default limits even where the adapter has more (for tests). */
  readonly limits?: "default" | "adapter";
}

const wantedFeatures: readonly GPUFeatureName[] = ["timestamp-query", "subgroups"];

/**
 * Opens a device. Larger buffer limits are asked for where the adapter has them; nothing else above the defaults.
 *
 * Errors: no-webgpu.
 */
export async function openDevice(gpu: GPU | undefined, wish: DeviceWish = {}): Promise<Device> {
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) {
    throw new AppError(
      "no-webgpu",
      "No WebGPU adapter was found here; this program trains on one and has no other way.",
    );
  }
  const features = (wish.features ?? wantedFeatures).filter((feature) => adapter.features.has(feature));
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({
    label: "dps",
    requiredFeatures: features,
    requiredLimits: wish.limits === "default" ? {} : { maxBufferSize, maxStorageBufferBindingSize },
  });
  return watch(device, recordOf(adapter, device));
}

function watch(gpu: GPUDevice, record: DeviceRecord): Device {
  let failure: AppError | null = null;
  gpu.addEventListener("uncapturederror", (event) => {
    failure ??= new AppError("device-error", `The GPU refused a command: ${event.error.message}`);
  });
  const lost = gpu.lost.then((info) => {
    const message = info.message === "" ? info.reason : info.message;
    failure = new AppError("device-lost", `The GPU device was lost (${message}). Start again to use a fresh one.`);
    return message;
  });
  return {
    gpu,
    record,
    lost,
    check() {
      const found = failure;
      // A refused command spoils the run that gave it and no other.
      if (found?.code === "device-error") failure = null;
      if (found !== null) throw found;
    },
    destroy: () => gpu.destroy(),
  };
}

function recordOf(adapter: GPUAdapter, device: GPUDevice): DeviceRecord {
  const { vendor, architecture, description } = adapter.info;
  const words = `${vendor} ${architecture} ${description}`.toLowerCase();
  return {
    vendor,
    architecture,
    description,
    software: adapter.info.isFallbackAdapter || /llvmpipe|swiftshader|software/.test(words),
    features: [...device.features].sort(),
    maxBufferBytes: device.limits.maxBufferSize,
    maxBindingBytes: device.limits.maxStorageBufferBindingSize,
  };
}
