import { existsSync, openAsBlob } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { isObject } from "../../core/json.ts";
import type { KernelChoice } from "../../contract/run.ts";
import { kernelChoice } from "../../contract/schemas/schema.ts";
import { openSafetensors, writeSafetensors, type TensorData } from "../../models/safetensors.ts";
import type { PretrainingState } from "../../train/pretraining/session.ts";
import type { LossesRecord } from "../../contract/pretraining.ts";
import { bytesOf, writeOutput } from "../output-file.ts";
import { wrongUsage } from "../options.ts";

const checkpointName = "checkpoint.safetensors";

/** What a run was asked for, as text: two runs with the same one do the same. */
export type Recipe = Readonly<Record<string, unknown>>;

/** What has happened so far, kept over a resume. */
export interface RunHistory {
  readonly tokens: number;
  readonly elapsedMs: number;
  readonly evaluations: readonly LossesRecord[];
}

/** A run's checkpoint, read back. */
interface Resumed {
  readonly state: PretrainingState;
  readonly history: RunHistory;
  /** What the run was begun with; only with the same it goes on to the same bits. */
  readonly kernels: KernelChoice;
}

/** Writes the checkpoint in one move: an older one is whole until the new one is. */
export async function writeCheckpoint(
  folder: string,
  recipe: Recipe,
  { step, tensors }: PretrainingState,
  { history, kernels }: Pick<Resumed, "history" | "kernels">,
): Promise<void> {
  const texts = { recipe: JSON.stringify(recipe), history: JSON.stringify(history), kernels: JSON.stringify(kernels) };
  const metadata = { step: String(step), ...texts };
  await writeOutput(join(folder, checkpointName), await bytesOf(writeSafetensors(tensors, metadata)));
}

/**
 * Reads the checkpoint of a folder, to go on until `steps`, which may differ from what was first planned.
 * Errors: bad-settings where there is none, it is of another run, or it lies beyond `steps`; bad-tensors.
 */
export async function readCheckpointFile(folder: string, recipe: Recipe, steps: number): Promise<Resumed> {
  const path = join(folder, checkpointName);
  if (!existsSync(path)) throw wrongUsage(`--resume: there is no ${checkpointName} in ${folder}.`);
  const file = await openSafetensors(await openAsBlob(path), checkpointName);
  const earlier = parse(file.metadata.get("recipe"));
  const names = new Set([...Object.keys(recipe), ...Object.keys(earlier)]);
  for (const name of names) {
    const [now, before] = [recipe[name], earlier[name]].map((part) => JSON.stringify(withoutSteps(part)));
    if (now !== before) throw wrongUsage(`--resume: ${name} is ${now}, but was ${before} when the run began.`);
  }
  const step = Number(file.metadata.get("step"));
  if (!(step <= steps)) throw wrongUsage(`--resume: ${step} steps are done, more than --steps ${steps}.`);
  const tensors: TensorData[] = [];
  for (const [name, { shape }] of file.entries) tensors.push({ name, shape, data: await file.read(name) });
  return {
    state: { step, tensors },
    history: historyOf(parse(file.metadata.get("history"))),
    kernels: kernelsIn(parse(file.metadata.get("kernels"))),
  };
}

function withoutSteps(part: unknown): unknown {
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(Object.entries(part).filter(([name]) => name !== "steps"));
}

function parse(text: string | undefined): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text ?? "{}");
  return isObject(value) ? value : {};
}

/** Errors: bad-settings, where they are not what a checkpoint has. */
function kernelsIn(value: unknown): KernelChoice {
  const read = v.safeParse(kernelChoice, value);
  if (!read.success)
    throw wrongUsage(`--resume: the checkpoint's kernels are no choice of kernels: ${read.issues[0].message}.`);
  return read.output;
}

function historyOf({ tokens, elapsedMs, evaluations }: Readonly<Record<string, unknown>>): RunHistory {
  return {
    tokens: typeof tokens === "number" ? tokens : 0,
    elapsedMs: typeof elapsedMs === "number" ? elapsedMs : 0,
    evaluations: Array.isArray(evaluations) ? evaluations : [],
  };
}
