import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { EngineHolder } from "../../src/experiment/engine-holder.ts";
import { fakeDevice, fakeGpu, type FakeDevice } from "../gpu/fake-gpu.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A GPU that counts its devices, and gives one as long as `gives` says so. */
function holderOf(gives: () => Promise<boolean> = () => Promise.resolve(true)) {
  const devices: FakeDevice[] = [];
  const gpu = fakeGpu(() => {
    const made = fakeDevice();
    devices.push(made);
    return Promise.resolve(made.device);
  }, gives);
  return { holder: new EngineHolder(gpu), devices };
}

const going = { stopped: false };
const choice = { "matmul nt 8x8": "block8x8" };

async function msUntil(asked: Promise<unknown>): Promise<number> {
  const began = performance.now();
  let over = false;
  void asked.then(
    () => (over = true),
    () => (over = true),
  );
  while (!over && performance.now() - began < 60_000) await vi.advanceTimersByTimeAsync(50);
  return performance.now() - began;
}

test("a lost device is opened again with the same kernels, three times within ten minutes, each after a longer wait", async () => {
  const { holder, devices } = holderOf();
  await holder.get();
  const waited: number[] = [];
  const told: string[] = [];
  for (let time = 0; time < 3; time++) {
    devices.at(-1)?.lose("crashed");
    const reopening = holder.reopen(choice, going, (text, done, total) => told.push(`${text} ${done}/${total}`));
    waited.push(await msUntil(reopening));
    const engine = await reopening;
    expect(engine.choice).toBe(choice);
    expect(await holder.get()).toBe(engine);
  }
  expect(devices).toHaveLength(4);
  expect(waited[0]).toBeLessThan(1000);
  expect(waited[1]).toBeGreaterThan(waited[0] ?? 0);
  expect(waited[2]).toBeGreaterThan(waited[1] ?? 0);
  expect(told).toEqual([1, 2, 3].map((time) => `The GPU was lost; opening it again ${time}/3`));
  devices.at(-1)?.lose("crashed");
  await expect(holder.reopen(choice, going)).rejects.toMatchObject({
    code: "device-lost",
    message: expect.stringMatching(/lost again and again, 4 times within ten minutes\. .*update its driver/),
  });
  // Ten minutes later it has its tries again.
  await vi.advanceTimersByTimeAsync(600_000);
  const later = holder.reopen(choice, going);
  await msUntil(later);
  expect((await later).device.gpu).toBe(devices.at(-1)?.device);
});

test("where no new device is to be had, that is said with what to do; one that comes late is taken", async () => {
  let left = 1;
  const { holder, devices } = holderOf(() => Promise.resolve(left-- > 0));
  await holder.get();
  devices[0]?.lose("crashed");
  const refused = holder.reopen(choice, going).catch((thrown: unknown) => thrown);
  await msUntil(refused);
  expect(await refused).toMatchObject({
    code: "device-lost",
    message: expect.stringMatching(/no new one to be had: No WebGPU adapter .*Restart the whole browser/),
  });
  expect(left).toBe(-3);

  let tries = 0;
  const late = holderOf(() => Promise.resolve(++tries !== 2));
  await late.holder.get();
  late.devices[0]?.lose("crashed");
  const reopening = late.holder.reopen(choice, going);
  await msUntil(reopening);
  expect((await reopening).device.gpu).toBe(late.devices[1]?.device);
});

test("an adapter that hangs is given up after ten seconds, without another try", async () => {
  let asked = 0;
  const { holder, devices } = holderOf(() => (++asked === 1 ? Promise.resolve(true) : new Promise(() => {})));
  await holder.get();
  devices[0]?.lose("crashed");
  const hung = holder.reopen(choice, going).catch((thrown: unknown) => thrown);
  expect(await msUntil(hung)).toBeLessThan(11_000);
  expect(await hung).toMatchObject({
    code: "device-lost",
    message: expect.stringMatching(/has not answered for 10 s/),
  });
  expect(asked).toBe(2);
});

test("whoever stops waits no longer", async () => {
  const { holder, devices } = holderOf();
  await holder.get();
  const control = { stopped: false };
  devices[0]?.lose("crashed");
  await msUntil(holder.reopen(choice, going));
  devices[1]?.lose("crashed");
  const stopped = holder.reopen(choice, control).catch((thrown: unknown) => thrown);
  setTimeout(() => (control.stopped = true), 500);
  expect(await msUntil(stopped)).toBeLessThan(700);
  expect(await stopped).toMatchObject({ code: "stopped" });
});

test("work is begun again after a loss, and its own errors are its own", async () => {
  const { holder, devices } = holderOf();
  let times = 0;
  const working = holder.surviving(going, async () => {
    const { device } = await holder.get();
    if (++times < 3) devices.at(-1)?.lose("crashed");
    await Promise.resolve();
    device.check();
    return times;
  });
  await msUntil(working);
  expect(await working).toBe(3);
  expect(devices).toHaveLength(3);
  const refused = holder.surviving(going, () => Promise.reject(new AppError("bad-settings", "no")));
  await expect(refused).rejects.toMatchObject({ code: "bad-settings" });
});

test("whoever has stopped is told of the loss, and no device is opened again", async () => {
  const { holder, devices } = holderOf();
  const control = { stopped: false };
  const working = holder.surviving(control, async () => {
    const { device } = await holder.get();
    devices.at(-1)?.lose("crashed");
    control.stopped = true;
    await Promise.resolve();
    device.check();
  });
  const failure = working.catch((thrown: unknown) => thrown);
  await msUntil(failure);
  expect(await failure).toMatchObject({ code: "device-lost" });
  expect(devices).toHaveLength(1);
});

test("what WebGPU throws is told in words where there is no device any more", async () => {
  const { holder } = holderOf();
  const thrown = Object.assign(new Error("Instance dropped in popErrorScope"), { name: "OperationError" });
  expect(await holder.explain(thrown)).toMatchObject({
    code: "device-error",
    message: expect.stringMatching(/^The GPU did not/),
  });
});
