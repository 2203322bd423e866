import { afterAll, beforeAll, expect, test } from "vitest";
import type { Device } from "../../src/gpu/device.ts";
import { defineKernel } from "../../src/gpu/kernel.ts";
import { Pipelines } from "../../src/gpu/pipelines.ts";
import { openTestDevice } from "./device.ts";

let device: Device;
beforeAll(async () => {
  device = await openTestDevice();
});
afterAll(() => device.destroy());

const good = `
struct Uniforms { count: u32 }
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@group(0) @binding(1) var<uniform> u: Uniforms;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < u.count) { y[id.x] = 1; }
}`;
const kernel = (name: string, wgsl: string) =>
  defineKernel({ name, wgsl, bindings: { y: "read_write" }, uniforms: { count: "u32" } });

test("compiles each kernel once and tells how far it is", async () => {
  const pipelines = new Pipelines(device);
  const told: (readonly number[])[] = [];
  await pipelines.compile([kernel("one", good), kernel("two", good)], (done, total) => told.push([done, total]));
  expect(told).toEqual([
    [1, 2],
    [2, 2],
  ]);
  await pipelines.compile([kernel("one", good)]);
  expect(pipelines.count).toBe(2);
  expect(pipelines.of(kernel("one", good)).pipeline).toBe(pipelines.of(kernel("one", good)).pipeline);
});

test.each([
  ["is no WGSL", good.replace("u.count", "no_such_name")],
  ["has no such binding", good.replace("binding(0)", "binding(7)")],
])("a kernel that %s is named, and spoils nothing else", async (_, wgsl) => {
  const pipelines = new Pipelines(device);
  await expect(pipelines.compile([kernel("crooked", wgsl)])).rejects.toMatchObject({
    code: "device-error",
    message: expect.stringContaining("crooked"),
  });
  await pipelines.compile([kernel("straight", good)]);
  await device.gpu.queue.onSubmittedWorkDone();
  expect(() => device.check()).not.toThrow();
});
