import type { DeviceRecord, ExperimentResult, KernelChoice, RunRecord } from "../../contract/run.ts";
import { labelHash } from "../../core/rng.ts";
import { wordSum, wordsOf } from "../../core/word-sum.ts";
import { writeSafetensors, type WordsOrFloats } from "../../models/safetensors.ts";
import type { SavedState, StateTensor } from "../../train/run-state.ts";
import type { Inputs } from "./inputs.ts";

/** What computes a run, and from what: only with the same it goes on to the same bits. */
export interface MadeBy extends Inputs {
  readonly device: DeviceRecord;
  readonly kernels: KernelChoice;
  /** Of this program. */
  readonly build: string;
}

/** A run that can go on, as a file holds it. */
export interface RunOnFile extends MadeBy {
  /** By selection, the bits that were seen of it, as KeptSubnetworks has them; null where the file has none. */
  readonly masks: (cycle: number) => Promise<Uint32Array | null>;
  /** Whether every word is as it was written: reads all tensors. */
  readonly isWhole: () => Promise<boolean>;
  /** What was told of it up to the step of its state; as the result has it, but for its status. */
  readonly run: RunRecord;
  readonly state: SavedState;
}

/** Stands in the metadata of every such file. */
export const runFormat = "dps run 2";

/**
 * A run between two steps as one safetensors file: what was told of it and what computes it as JSON in the metadata, what
 * it has on the device as tensors under their labels, F32 and U32 bit for bit, and a sum over all of it.
 *
 * `masks`: what was seen of its selections, by their numbers.
 */
export function writeRunFile(
  record: RunRecord,
  { device, kernels, ...made }: MadeBy,
  tensors: readonly StateTensor[],
  masks: ReadonlyMap<number, Uint32Array | null> = new Map(),
): Blob {
  const seen = [...masks].flatMap(([cycle, data]) => {
    return data === null ? [] : [{ name: masksName(cycle), shape: [data.length], data }];
  });
  const all: readonly WordsOrFloats[] = [...tensors, ...seen];
  const run = JSON.stringify(record);
  return writeSafetensors(all, {
    format: runFormat,
    step: String(record.steps.at(-1)?.step ?? 0),
    run,
    device: JSON.stringify(device),
    kernels: JSON.stringify(kernels),
    ...made,
    sum: sumText(all.reduce((sum, { data }) => wordSum(wordsOf(data), sum), firstSum(run))),
  });
}

/** What the sum over a file's tensors begins with: what it tells of its run. */
export function firstSum(run: string): number {
  return labelHash(run);
}

/** A sum as the metadata has it. */
export function sumText(sum: number): string {
  return sum.toString(16);
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
