import type { DeviceRecord, ExperimentResult, KernelChoice, RunRecord } from "../../contract/run.ts";
import { writeSafetensors } from "../../models/safetensors.ts";
import type { SavedState, StateTensor } from "../../train/run-state.ts";

/** What computes a run: only on the same it goes on to the same bits. */
export interface MadeBy {
  readonly device: DeviceRecord;
  readonly kernels: KernelChoice;
}

/** A run that can go on, as a file holds it. */
export interface RunOnFile extends MadeBy {
  /** By selection, the bits that were seen of it, as KeptSubnetworks has them; null where the file has none. */
  readonly masks: (cycle: number) => Promise<Uint32Array | null>;
  /** What was told of it up to the step of its state; as the result has it, but for its status. */
  readonly run: RunRecord;
  readonly state: SavedState;
}

/** Stands in the metadata of every such file. */
export const runFormat = "dps run 1";

/**
 * A run between two steps as one safetensors file: what was told of it and what computes it as JSON in the metadata, what
 * it has on the device as tensors under their labels, F32 and U32 bit for bit.
 *
 * `masks`: what was seen of its selections, by their numbers.
 */
export function writeRunFile(
  record: RunRecord,
  { device, kernels }: MadeBy,
  tensors: readonly StateTensor[],
  masks: ReadonlyMap<number, Uint32Array | null> = new Map(),
): Blob {
  const seen = [...masks].flatMap(([cycle, data]) => {
    return data === null ? [] : [{ name: masksName(cycle), shape: [data.length], data }];
  });
  return writeSafetensors([...tensors, ...seen], {
    format: runFormat,
    step: String(record.steps.at(-1)?.step ?? 0),
    run: JSON.stringify(record),
    device: JSON.stringify(device),
    kernels: JSON.stringify(kernels),
  });
}

/** The tensor that holds what was seen of a selection. */
export function masksName(cycle: number): string {
  return `seen of selection ${cycle}`;
}

/** Whether two records are of one GPU. */
export function isSameDevice(one: DeviceRecord, other: DeviceRecord): boolean {
  return (["vendor", "architecture", "description"] as const).every((key) => one[key] === other[key]);
}

/** Whether two choices have the same kernels; null: several, which is like no other. */
export function isSameChoice(one: ExperimentResult["kernels"], other: KernelChoice): boolean {
  const keys = Object.keys(other);
  return one !== null && Object.keys(one).length === keys.length && keys.every((key) => one[key] === other[key]);
}
