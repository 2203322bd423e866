import { AppError, asAppError, messageOf } from "../core/errors.ts";
import type { DeviceRecord } from "../contract/run.ts";

/** A device with what we need to know of it. */
export interface Device {
  readonly gpu: GPUDevice;
  readonly record: DeviceRecord;
  /** Resolves with the reason when the device is lost; never rejects. */
  readonly lost: Promise<string>;
  /** Errors: device-error, when the device has reported one since the last call; device-lost, from then on. */
  check(): void;
  /**
   * Waits for what the device was asked; ends with its loss, even where no answer would come. Whoever asks and waits later
   * loses nothing by a failure meanwhile. `words`: of a refusal. Errors: device-lost; device-error for what the GPU throws.
   */
  answered<T>(asked: Promise<T>, words?: (reason: string) => string): Promise<T>;
  /** What was thrown while the device worked, in words: its loss, where one is told within a second. */
  explain(thrown: unknown): Promise<AppError>;
  destroy(): void;
}

/** What to ask of an adapter. */
export interface DeviceWish {
  /** Optional features to take when the adapter has them. */
  readonly features?: readonly GPUFeatureName[];
  /** "default": keep WebGPU's default limits even where the adapter has more (for tests). */
  readonly limits?: "default" | "adapter";
}

const wantedFeatures: readonly GPUFeatureName[] = ["timestamp-query", "subgroups", "shader-f16"];

/** An adapter that has not answered by then hangs. */
const patienceMs = 10_000;
/** How long after a failure its cause, a loss, may still be told: the GPU's process tells it last. */
const lossNoticeMs = 1000;

/**
 * Opens a device. Larger buffer limits are asked for where the adapter has them; nothing else above the defaults.
 *
 * Errors: no-webgpu, also where WebGPU throws, or does not answer within ten seconds.
 */
export async function openDevice(gpu: GPU | undefined, wish: DeviceWish = {}): Promise<Device> {
  const adapter = await soon(async () => await gpu?.requestAdapter({ powerPreference: "high-performance" }));
  if (!adapter) {
    throw new AppError(
      "no-webgpu",
      "No WebGPU adapter was found here; this program trains on one and has no other way.",
    );
  }
  return await soon(async () => {
    const features = (wish.features ?? wantedFeatures).filter((feature) => adapter.features.has(feature));
    const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
    const device = await adapter.requestDevice({
      label: "dps",
      requiredFeatures: features,
      requiredLimits: wish.limits === "default" ? {} : { maxBufferSize, maxStorageBufferBindingSize },
    });
    return watch(device, recordOf(adapter, device));
  });
}

/** What WebGPU answers. Errors: no-webgpu, where it throws or hangs. */
async function soon<T>(ask: () => Promise<T>): Promise<T> {
  const advice =
    "Close the whole browser, not only this page, and open it again; if that does not help, update it and the graphics driver";
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hung = new Promise<never>((_, reject) => {
    const error = new AppError("no-webgpu", `The GPU has not answered for ${patienceMs / 1000} seconds. ${advice}.`);
    timer = setTimeout(() => reject(error), patienceMs);
  });
  try {
    return await Promise.race([ask(), hung]);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("no-webgpu", `WebGPU gives no device here (${messageOf(cause)}). ${advice}.`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

function watch(gpu: GPUDevice, record: DeviceRecord): Device {
  let failure: AppError | null = null;
  /** Those who wait for an answer. */
  const waiting = new Set<(error: AppError) => void>();
  gpu.addEventListener("uncapturederror", (event) => {
    failure ??= new AppError("device-error", `The GPU refused a command: ${event.error.message}`);
  });
  const lost = gpu.lost.then((info) => {
    const message = info.message === "" ? info.reason : info.message;
    const loss = new AppError("device-lost", `The GPU device was lost (${message}). Start again to use a fresh one.`);
    failure = loss;
    for (const refuse of waiting) refuse(loss);
    return message;
  });
  const lossOf = (error: AppError | null): AppError | null => (error?.code === "device-lost" ? error : null);

  /** The loss, if there is one or it is told soon. */
  async function lossSoon(): Promise<AppError | null> {
    if (lossOf(failure) === null) {
      await Promise.race([lost, new Promise((resolve) => setTimeout(resolve, lossNoticeMs))]);
    }
    return lossOf(failure);
  }

  async function answered<T>(asked: Promise<T>, words = usualWords): Promise<T> {
    let leave = (): void => {};
    const loss = new Promise<never>((_, reject) => {
      waiting.add(reject);
      leave = () => waiting.delete(reject);
    });
    try {
      return await Promise.race([asked, loss]);
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      throw (await lossSoon()) ?? new AppError("device-error", words(messageOf(cause)), { cause });
    } finally {
      leave();
    }
  }

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
    answered(asked, words) {
      const answer = answered(asked, words);
      answer.catch(() => undefined);
      return answer;
    },
    async explain(thrown) {
      // What else an AppError says is no consequence of a loss.
      const known = thrown instanceof AppError && thrown.code !== "device-error" && thrown.code !== "bug";
      return known ? thrown : ((await lossSoon()) ?? inWords(thrown));
    },
    destroy: () => gpu.destroy(),
  };
}

function usualWords(reason: string): string {
  return `The GPU did not do what it was asked (${reason}); start again.`;
}

/** What only WebGPU throws, in words; all else as it is. */
export function inWords(thrown: unknown): AppError {
  const names = ["OperationError", "GPUPipelineError", "InvalidStateError", "AbortError"];
  if (!(thrown instanceof Error && names.includes(thrown.name))) return asAppError(thrown);
  return new AppError("device-error", usualWords(thrown.message), { cause: thrown });
}

/** Bytes of one tensor that a kernel can be given. */
export function mostBindable({ maxBufferBytes, maxBindingBytes }: DeviceRecord): number {
  return Math.min(maxBufferBytes, maxBindingBytes);
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
