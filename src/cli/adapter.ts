import { AppError, messageOf } from "../core/errors.ts";

/** Dawn rounds timestamps to 65 µs, as a browser must; a kernel often takes less. */
const exactTimestamps = "disable-dawn-features=timestamp_quantization";

// Dawn crashes when this object is collected while a device of it lives, so it is held as long as the process.
const held: GPU[] = [];

/**
 * WebGPU for Node, by Dawn; defines GPUBufferUsage and the like as a browser does. Errors: no-webgpu, where Dawn's
 * native part does not load.
 */
export async function openGpu(): Promise<GPU> {
  try {
    const { create, globals } = await import("webgpu");
    Object.assign(globalThis, globals);
    const gpu = create([exactTimestamps]);
    held.push(gpu);
    return gpu;
  } catch (cause) {
    throw new AppError("no-webgpu", `Dawn, which gives Node its WebGPU, cannot be loaded here: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Every adapter of this machine, the one that training takes first. */
export async function listAdapters(): Promise<readonly GPUAdapter[]> {
  const gpu = await openGpu();
  const wishes: readonly GPURequestAdapterOptions[] = [
    { powerPreference: "high-performance" },
    { powerPreference: "low-power" },
    { forceFallbackAdapter: true },
  ];
  const found = new Map<string, GPUAdapter>();
  for (const wish of wishes) {
    const adapter = await gpu.requestAdapter(wish).catch((cause: unknown) => Promise.reject(refused(cause)));
    if (adapter === null) continue;
    const { vendor, architecture, device, description } = adapter.info;
    const key = [vendor, architecture, device, description].join("\n");
    if (!found.has(key)) found.set(key, adapter);
  }
  return [...found.values()];
}

function refused(cause: unknown): AppError {
  const advice = "Update the graphics driver, or set VK_DRIVER_FILES to another one's";
  return new AppError("no-webgpu", `WebGPU gives no adapter here (${messageOf(cause)}). ${advice}.`, { cause });
}
