import type { DeviceRecord } from "../contract/run.ts";

/** The adapter by whatever name it gives itself. */
export function deviceName(device: DeviceRecord): string {
  const parts = [device.vendor, device.architecture].filter((part) => part !== "");
  return device.description || parts.join(" ") || "GPU";
}
