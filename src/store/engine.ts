import type { Catalog } from "../contract/catalog.ts";
import type { DeviceRecord } from "../contract/run.ts";
import { failureOf } from "../core/errors.ts";
import type { Trainer } from "../worker/client.ts";
import type { Reporter, Slot } from "./slot.ts";

interface EngineSlice {
  readonly catalog: Catalog | null;
  readonly device: DeviceRecord | null;
  readonly status: "checking" | "ready" | "no-webgpu" | "failed";
  /** The engine's words, where there is no WebGPU. */
  readonly reason: string | null;
  /** Calls wait, and it has given no sign of life for long. */
  readonly silent: boolean;
  /** A fresh one is being given what the one before had. */
  readonly renewing: boolean;
}

export const initialEngine: EngineSlice = {
  catalog: null,
  device: null,
  status: "checking",
  reason: null,
  silent: false,
  renewing: false,
};

export interface EngineActions {
  /** Asks the engine what it offers and which GPU it has. */
  connect(): Promise<void>;
}

export function engineActions(slot: Slot<EngineSlice>, trainer: Trainer, reporter: Reporter): EngineActions {
  async function findDevice(): Promise<void> {
    try {
      slot.set({ device: await trainer.device(), status: "ready", reason: null });
    } catch (thrown) {
      const failure = failureOf(thrown);
      const missing = failure.code === "no-webgpu";
      slot.set({ device: null, status: missing ? "no-webgpu" : "failed", reason: failure.message });
      if (!missing) reporter.report("engine", thrown);
    }
  }
  async function readCatalog(): Promise<void> {
    try {
      slot.set({ catalog: await trainer.catalog() });
    } catch (thrown) {
      reporter.report("engine", thrown);
    }
  }
  return {
    async connect() {
      reporter.clear("engine");
      slot.set({ status: "checking" });
      await Promise.all([readCatalog(), findDevice()]);
    },
  };
}
