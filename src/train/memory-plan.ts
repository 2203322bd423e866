import type { DeviceRecord, MemoryRecord } from "../contract/run.ts";
import { createArena, type Arena } from "../gpu/arena.ts";
import { mostBindable } from "../gpu/device.ts";
import type { Kernel } from "../gpu/kernel.ts";
import { PlanRecorder } from "../gpu/recorder.ts";

/** What a run will need, found by recording its steps over the largest batch without a device. */
export interface MemoryPlan {
  readonly kernels: readonly Kernel[];
  /** Bytes to reserve by label. */
  readonly capacities: ReadonlyMap<string, number>;
  readonly bytes: MemoryRecord;
  readonly totalBytes: number;
  readonly largest: { readonly label: string; readonly bytes: number };
}

/** Plans a run from what it would record. mostBytes: what the device binds, beyond which tables are cut. */
export function planMemory(mostBytes: number, record: (mem: Arena, rec: PlanRecorder) => void): MemoryPlan {
  const mem = createArena(null, new Map(), mostBytes);
  const rec = new PlanRecorder();
  record(mem, rec);
  const bytes = mem.bytes();
  return {
    kernels: [...rec.kernels.values()],
    capacities: mem.capacities(),
    bytes,
    totalBytes: Object.values(bytes).reduce((sum, value) => sum + value, 0),
    largest: mem.largest(),
  };
}

/** How a run looks with a smaller batch, to say what would fit. */
export interface SmallerRun {
  readonly batchSize: number;
  /** Rows of a step, where it can be made of several batches. */
  readonly rowsPerStep?: number;
  planAt(batchSize: number): MemoryPlan;
  /** What a batch is made of. */
  readonly unit: "row" | "pair";
  /** What helps where not even a batch of one fits. */
  readonly advice: string;
}

/** Why a device cannot hold a planned run, with the figures and what would fit; null where it can. */
export function problemOf(plan: MemoryPlan, device: DeviceRecord, smaller: SmallerRun): string | null {
  const limit = mostBindable(device);
  if (plan.largest.bytes <= limit) return null;
  return (
    `The run needs ${mebibytes(plan.totalBytes)} in all, and one buffer of ${mebibytes(plan.largest.bytes)} for ` +
    `"${plan.largest.label}"; this device allows ${mebibytes(limit)} a buffer. ${whatFits(limit, smaller)}`
  );
}

/** Halves the batch until the run fits; where one of it is too much, names what is. */
function whatFits(limit: number, smaller: SmallerRun): string {
  let largest: MemoryPlan["largest"] | null = null;
  for (let size = Math.floor(smaller.batchSize / 2); size >= 1; size = Math.floor(size / 2)) {
    ({ largest } = smaller.planAt(size));
    if (largest.bytes <= limit) return `A batch size of ${size} would fit${inParts(size, smaller)}.`;
  }
  const rest = largest === null ? "" : `, which needs ${mebibytes(largest.bytes)} for "${largest.label}"`;
  return `Not even a batch of one ${smaller.unit} fits${rest}: ${smaller.advice}.`;
}

/** How a step of smaller batches trains as before. */
function inParts(size: number, { rowsPerStep = size }: SmallerRun): string {
  const parts = rowsPerStep / size;
  return Number.isInteger(parts) && parts > 1 ? `, with ${parts} parts a step for the same training` : "";
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
