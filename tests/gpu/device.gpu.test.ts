import { expect, test } from "vitest";
import { openDevice } from "../../src/gpu/device.ts";
import { openTestDevice } from "./device.ts";
import { watchedGpu } from "./watched-gpu.ts";

const thrownBy = (call: () => void): unknown => {
  try {
    call();
    return null;
  } catch (thrown) {
    return thrown;
  }
};

test("a refused command is reported once, and what comes after is not spoilt", async () => {
  const device = await openTestDevice();
  expect(thrownBy(() => device.check())).toBe(null);
  device.gpu.createBuffer({ label: "crooked", size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
  await device.gpu.queue.onSubmittedWorkDone();
  const refused = thrownBy(() => device.check());
  expect(refused).toMatchObject({ code: "device-error", message: expect.stringContaining("crooked") });
  expect(thrownBy(() => device.check())).toBe(null);
  device.destroy();
});

test("a lost device says so from then on", async () => {
  const device = await openTestDevice();
  device.destroy();
  await device.lost;
  for (const _ of [1, 2]) expect(thrownBy(() => device.check())).toMatchObject({ code: "device-lost" });
});

test("no GPU, and a GPU without an adapter, are no-webgpu", async () => {
  const { gpu } = watchedGpu();
  const none = new Proxy(gpu, { get: () => () => Promise.resolve(null) });
  for (const without of [undefined, none]) {
    await expect(openDevice(without)).rejects.toMatchObject({
      code: "no-webgpu",
      message: expect.stringContaining("WebGPU"),
    });
  }
});
