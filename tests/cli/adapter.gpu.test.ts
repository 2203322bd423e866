import { expect, test } from "vitest";
import { openGpu } from "../../src/cli/adapter.ts";
import { createArena } from "../../src/gpu/arena.ts";
import { openDevice } from "../../src/gpu/device.ts";
import { Pipelines } from "../../src/gpu/pipelines.ts";
import { GpuRecorder } from "../../src/gpu/recorder.ts";
import { KernelTimer } from "../../src/gpu/timing.ts";
import { activate } from "../../src/nn/ops/activation.ts";
import { createScope, noDropout } from "../../src/nn/scope.ts";
import { portableKernels } from "../../src/nn/tuning/choice.ts";

test("timestamps are not rounded to the 65,536 ns that Dawn rounds to unless told", async () => {
  const device = await openDevice(await openGpu());
  const mem = createArena(device);
  const timer = new KernelTimer(device);
  const rec = new GpuRecorder(device, new Pipelines(device), timer);
  const s = createScope({ rec, mem, seed: 1, step: 1, dropout: noDropout, kernels: portableKernels });
  for (let turn = 0; turn < 16; turn++) activate(s, "y", s.saved("x", [1000]), "gelu");
  rec.submit();
  const { spans } = await timer.spans();
  expect(spans).toHaveLength(16);
  const rounded = spans.filter(({ startMs }) => Math.round(startMs * 1e6) % 65_536 === 0);
  expect(rounded.length).toBeLessThan(4);
  device.destroy();
});
