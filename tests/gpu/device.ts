import { create, globals } from "webgpu";
import { createArena } from "../../src/gpu/arena.ts";
import type { Purpose } from "../../src/gpu/arena.ts";
import { openDevice } from "../../src/gpu/device.ts";
import type { Device, DeviceWish } from "../../src/gpu/device.ts";
import { Pipelines } from "../../src/gpu/pipelines.ts";
import { download, downloadWords, upload } from "../../src/gpu/readback.ts";
import { GpuRecorder } from "../../src/gpu/recorder.ts";
import { bytesOf, bytesPerElement } from "../../src/gpu/tensor.ts";
import { portableKernels } from "../../src/nn/tuning/choice.ts";
import type { Real, Tensor } from "../../src/gpu/tensor.ts";
import { createScope, noDropout } from "../../src/nn/scope.ts";
import type { DropoutRates, Scope } from "../../src/nn/scope.ts";

Object.assign(globalThis, globals);

/** The GPU that Dawn finds, for what opens its device itself. It must outlive its devices, so it is never let go. */
export const testGpu: GPU = create([]);

/** Opens the device that Dawn finds; throws where there is none (a missing GPU must fail, not skip). */
export async function openTestDevice(wish: DeviceWish = {}): Promise<Device> {
  return await openDevice(testGpu, wish);
}

/** One op under test: tensors filled from arrays, guarded outputs, validation and memory errors caught. */
export interface Bench {
  readonly device: Device;
  readonly rec: GpuRecorder;
  /** A tensor holding the given values; u32 where a Uint32Array is given, else f32 unless said. */
  tensor(label: string, shape: readonly number[], values: ArrayLike<number>, purpose?: Purpose, real?: Real): Tensor;
  scope(options?: { seed?: number; step?: number; dropout?: DropoutRates; recorded?: Map<string, Tensor> }): Scope;
  read(tensor: Tensor): Promise<Float32Array>;
  readWords(tensor: Tensor): Promise<Uint32Array>;
}

/** Runs `body` with fresh memory inside validation and out-of-memory scopes; any stray GPU error fails the test. */
export async function onDevice(device: Device, body: (bench: Bench) => Promise<void>): Promise<void> {
  device.gpu.pushErrorScope("out-of-memory");
  device.gpu.pushErrorScope("validation");
  const mem = createArena(device);
  const rec = new GpuRecorder(device, new Pipelines(device));
  const errors: (GPUError | null)[] = [];
  try {
    await body({
      device,
      rec,
      tensor(label, shape, values, purpose = "activations", real = "f32") {
        const dtype = values instanceof Uint32Array ? "u32" : real;
        const tensor = mem.tensor(purpose, label, shape, dtype);
        const count = bytesOf(shape, dtype) / bytesPerElement[dtype];
        const padded = dtype === "u32" ? new Uint32Array(count) : new Float32Array(count);
        padded.set(Array.from(values));
        upload(device, tensor, padded);
        return tensor;
      },
      scope: ({ seed = 1, step = 1, dropout = noDropout, recorded } = {}) =>
        createScope({
          rec,
          mem,
          seed,
          step,
          dropout,
          kernels: portableKernels,
          ...(recorded === undefined ? {} : { recorded }),
        }),
      async read(tensor) {
        rec.submit();
        return await download(device, tensor);
      },
      async readWords(tensor) {
        rec.submit();
        return await downloadWords(device, tensor);
      },
    });
    rec.submit();
    await device.gpu.queue.onSubmittedWorkDone();
  } finally {
    errors.push(await device.gpu.popErrorScope(), await device.gpu.popErrorScope());
    mem.dispose();
    rec.dispose();
  }
  const stray = errors.find((error) => error !== null);
  if (stray) throw new Error(`The device reported: ${stray.message}`);
}
