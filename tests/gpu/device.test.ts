import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { openDevice } from "../../src/gpu/device.ts";
import { fakeDevice, fakeGpu } from "./fake-gpu.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function operationError(message: string): Error {
  return Object.assign(new Error(message), { name: "OperationError" });
}

const never = new Promise<never>(() => {});

/** What a promise rejects with once the clock has gone on. */
async function failureAfter(ms: number, asked: Promise<unknown>): Promise<AppError> {
  const failure = asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  await vi.advanceTimersByTimeAsync(ms);
  const thrown = await Promise.race([failure, Promise.resolve("still waiting")]);
  if (thrown instanceof AppError) return thrown;
  throw new Error(`not refused with an AppError: ${String(thrown)}`);
}

async function opened() {
  const { device: gpu, lose } = fakeDevice();
  return { device: await openDevice(fakeGpu(() => Promise.resolve(gpu))), lose };
}

describe("what WebGPU rejects is", () => {
  test("the loss, where one is told a moment later", async () => {
    const { device, lose } = await opened();
    const asked = device.answered(
      Promise.reject(operationError("A valid external Instance reference no longer exists.")),
    );
    setTimeout(() => lose("The GPU process crashed."), 300);
    const failure = await failureAfter(300, asked);
    expect(failure).toMatchObject({
      code: "device-lost",
      message: expect.stringContaining("The GPU process crashed."),
    });
  });

  test("said in words, where there is no loss", async () => {
    const { device } = await opened();
    const failure = await failureAfter(1000, device.answered(Promise.reject(operationError("Mapping failed"))));
    expect(failure).toMatchObject({
      code: "device-error",
      message: expect.stringMatching(/^The GPU .*Mapping failed/),
    });
    const own = device.answered(Promise.reject(new TypeError("bad")), (reason) => `No kernel: ${reason}`);
    expect((await failureAfter(1000, own)).message).toBe("No kernel: bad");
  });
});

test("an answer that never comes ends with the loss, at once", async () => {
  const { device, lose } = await opened();
  const [early, late] = [device.answered(never), device.answered(never)];
  lose("gone");
  expect(await failureAfter(0, early)).toMatchObject({ code: "device-lost" });
  // Nobody waited for this one when it failed.
  expect(await failureAfter(0, late)).toMatchObject({ code: "device-lost" });
});

describe("what was thrown is explained as", () => {
  test("the loss behind it, whatever it was", async () => {
    const { device, lose } = await opened();
    lose("gone");
    for (const thrown of [
      operationError("x"),
      new TypeError("y"),
      new AppError("device-error", "z"),
      new AppError("bug", ""),
    ]) {
      expect(await device.explain(thrown)).toMatchObject({ code: "device-lost" });
    }
  });

  test("itself, where it says what it is", async () => {
    const { device, lose } = await opened();
    lose("gone");
    for (const code of ["not-finite", "stopped", "too-large"] as const) {
      const error = new AppError(code, "");
      expect(await device.explain(error)).toBe(error);
    }
  });

  test("a refusal of the GPU's, or an error of ours, without a loss", async () => {
    const { device } = await opened();
    const names = ["OperationError", "GPUPipelineError", "InvalidStateError", "AbortError"];
    const explained = names.map((name) => device.explain(Object.assign(new Error("no"), { name })));
    const ours = device.explain(new TypeError("x is undefined"));
    await vi.advanceTimersByTimeAsync(1000);
    for (const refused of explained) {
      expect(await refused).toMatchObject({ code: "device-error", message: expect.stringContaining("(no)") });
    }
    expect(await ours).toMatchObject({ code: "bug" });
  });
});

describe("a GPU that gives no device says so in words, and what to do:", () => {
  const thrower = (thrown: Error) => () => Promise.reject(thrown);
  const given = () => Promise.resolve(fakeDevice().device);
  test.each([
    ["its adapter throws", fakeGpu(given, thrower(operationError("GPU access blocked"))), 0, /\(GPU access blocked\)/],
    [
      "its adapter throws something else",
      fakeGpu(given, thrower(new TypeError("x.y"))),
      0,
      /gives no device .*\(x\.y\)/,
    ],
    ["its device is refused", fakeGpu(thrower(operationError("out of handles"))), 0, /\(out of handles\)/],
    ["its adapter never answers", fakeGpu(given, () => never), 10_000, /has not answered for 10 seconds/],
    ["its device never comes", fakeGpu(() => never), 10_000, /has not answered for 10 seconds/],
  ])("%s", async (_, gpu, ms, message) => {
    const failure = await failureAfter(ms, openDevice(gpu));
    expect(failure.code).toBe("no-webgpu");
    expect(failure.message).toMatch(message);
    expect(failure.message).toMatch(/Close the whole browser/);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test.each([
  [
    "OperationError of requestAdapter",
    () =>
      fakeGpu(
        () => never,
        () => Promise.reject(operationError("no process")),
      ),
  ],
  ["TypeError of requestDevice", () => fakeGpu(() => Promise.reject(new TypeError("no limit of this name")))],
  ["TypeError at an adapter without info", () => withoutInfo()],
])("a raw %s is told in words", async (_name, gpu) => {
  const failure = await failureAfter(0, openDevice(gpu()));
  expect(failure).toMatchObject({
    code: "no-webgpu",
    message: expect.stringMatching(/^WebGPU gives no device here \(.*update it and/),
  });
});

/** A browser whose adapters say nothing of themselves. */
function withoutInfo(): GPU {
  const adapter = { features: new Set(), limits: {}, requestDevice: () => Promise.resolve(fakeDevice().device) };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of a GPU is asked for
  return { requestAdapter: () => Promise.resolve(adapter) } as unknown as GPU;
}
