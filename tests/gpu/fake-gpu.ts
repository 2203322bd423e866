/** A device that a test can lose. It computes nothing. */
export interface FakeDevice {
  readonly device: GPUDevice;
  readonly lose: (message: string) => void;
}

/** A device that does nothing but be lost. */
export function fakeDevice(): FakeDevice {
  let lose = (_info: GPUDeviceLostInfo): void => {};
  const lost = new Promise<GPUDeviceLostInfo>((resolve) => (lose = resolve));
  const parts = { lost, features: new Set(), limits: { maxBufferSize: 1, maxStorageBufferBindingSize: 1 } };
  const methods = { addEventListener: (): void => {}, destroy: (): void => {} };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of a device is asked for
  const device = { ...parts, ...methods } as unknown as GPUDevice;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a browser tells of a loss
  return { device, lose: (message) => lose({ reason: "unknown", message } as GPUDeviceLostInfo) };
}

/** A GPU whose adapter is what `found` says at each request, and whose devices come from `made`. */
export function fakeGpu(
  made: () => Promise<GPUDevice>,
  found: () => Promise<boolean> = () => Promise.resolve(true),
): GPU {
  const info = { vendor: "none", architecture: "", description: "", isFallbackAdapter: false };
  const adapter = { features: new Set(), limits: {}, info, requestDevice: made };
  const requestAdapter = async (): Promise<unknown> => ((await found()) ? adapter : null);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of a GPU is asked for
  return { requestAdapter } as unknown as GPU;
}
