import * as v from "valibot";
import type { DeviceRecord, ExperimentResult, KernelChoice, RunRecord } from "../../contract/run.ts";
import { device, run } from "../../contract/schemas/run.ts";
import { kernelChoice } from "../../contract/schemas/schema.ts";
import { AppError } from "../../core/errors.ts";
import { parsedJson } from "../../core/json.ts";
import { formatShape } from "../../core/shape.ts";
import { openSafetensors, writeSafetensors } from "../../models/safetensors.ts";
import type { SavedState, StateTensor } from "../../train/run-state.ts";
import type { PlannedRun } from "../experiment.ts";
import { waitingRecord } from "./run-record.ts";

/** What computes a run: only on the same it goes on to the same bits. */
export interface MadeBy {
  readonly device: DeviceRecord;
  readonly kernels: KernelChoice;
}

/** A run that can go on, as a file holds it. */
export interface RunOnFile extends MadeBy {
  /** What was told of it up to the step of its state; as the result has it, but for its status. */
  readonly run: RunRecord;
  readonly state: SavedState;
}

const format = "dps run 1";

/**
 * A run between two steps as one safetensors file: what was told of it and what computes it as JSON in the metadata, what
 * it has on the device as tensors under their labels, F32 and U32 bit for bit.
 *
 * Not kept: the masks of selections before the last, which only the view of single weights and the result's few masks show.
 */
export function writeRunFile(record: RunRecord, { device, kernels }: MadeBy, tensors: readonly StateTensor[]): Blob {
  return writeSafetensors(tensors, {
    format,
    step: String(record.steps.at(-1)?.step ?? 0),
    run: JSON.stringify(record),
    device: JSON.stringify(device),
    kernels: JSON.stringify(kernels),
  });
}

/** Opens what writeRunFile() wrote, without reading any tensor. Errors: bad-tensors, for any other file. */
export async function openRunFile(blob: Blob, name: string): Promise<RunOnFile> {
  const file = await openSafetensors(blob, name);
  const found = file.metadata.get("format") ?? "none";
  if (found !== format) throw refusal(name, `its format is ${JSON.stringify(found.slice(0, 40))}, not "${format}"`);
  function part<S extends v.GenericSchema>(key: string, schema: S): v.InferOutput<S> {
    const json = parsedJson(file.metadata.get(key) ?? "", (cause) => refusal(name, `its ${key} is not JSON`, cause));
    const read = v.safeParse(schema, json);
    if (read.success) return read.output;
    throw refusal(name, `its ${key} is not what is wanted (${v.getDotPath(read.issues[0]) ?? "whole"})`);
  }
  const step = Number(file.metadata.get("step"));
  const told = part("run", run);
  if (!Number.isSafeInteger(step) || step < 1 || step > told.stepCount || told.steps.at(-1)?.step !== step) {
    throw refusal(name, `its step is ${file.metadata.get("step") ?? "missing"}, and what it tells ends elsewhere`);
  }
  return {
    run: told,
    device: part("device", device),
    kernels: part("kernels", kernelChoice),
    state: {
      step,
      async tensor(label, shape, dtype) {
        const at = file.entries.get(label)?.shape;
        if (at !== undefined && formatShape(at) !== formatShape(shape)) {
          throw new AppError(
            "shape-mismatch",
            `${label} of ${name} has shape ${formatShape(at)}; the run has ${formatShape(shape)}.`,
          );
        }
        return await (dtype === "u32" ? file.words(label) : file.read(label));
      },
    },
  };
}

function refusal(name: string, found: string, cause?: unknown): AppError {
  const message = `${name} is no run to go on with: ${found}. Start the run anew.`;
  return new AppError("bad-tensors", message, { cause });
}

/** Why a planned run cannot go on from a file to the same bits, as a part of a sentence; null where it can. */
export function otherRun(file: RunOnFile, planned: PlannedRun, made: MadeBy): string | null {
  const now = waitingRecord(planned);
  const differing = (["id", "seed", "stepCount", "values", "setting"] as const).find(
    (key) => JSON.stringify(inOrder(file.run[key])) !== JSON.stringify(inOrder(now[key])),
  );
  if (differing !== undefined) return `its ${differing} is another`;
  if ((file.run.subnetwork !== null) !== (planned.request.watched === true)) return "it was watched otherwise";
  if (!isSameDevice(file.device, made.device)) return "it was begun on another GPU";
  return isSameChoice(file.kernels, made.kernels) ? null : "it was begun with other kernels";
}

function inOrder(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
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
