import type { KernelSource, KernelsRecord, KeptKernels } from "../../contract/engine/kernels.ts";
import type { DeviceRecord, KernelChoice } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import { labelHash } from "../../core/rng.ts";
import type { Kernel } from "../../gpu/kernel.ts";
import type { Real } from "../../gpu/tensor.ts";
import { attentionVariants } from "../../nn/ops/attention.ts";
import { blockKernels } from "../../nn/ops/attention-blocks.ts";
import { matrixKernels } from "../../nn/ops/attention-matrices.ts";
import { layerNormKernels } from "../../nn/ops/layernorm.ts";
import { matmulVariants } from "../../nn/ops/matmul.ts";
import { lanesOf } from "../../nn/tuning/candidates.ts";
import { kernelsOf } from "../../nn/tuning/choice.ts";
import { workOf } from "../../nn/tuning/questions.ts";
import type { Asked } from "../../nn/tuning/questions.ts";
import type { TuningOptions } from "../../nn/tuning/tune.ts";
import type { Engine } from "../../train/engine.ts";
import type { AskedRun } from "./kernel-timing.ts";

/** Where choices are kept from one visit to the next. A store that cannot keep anything says so by null and silence. */
export interface ChoiceStore {
  read(key: string): Promise<KeptKernels | null>;
  write(key: string, kept: KeptKernels): Promise<void>;
}

/** Keeps choices as long as the process lives. */
export function choicesInMemory(): ChoiceStore {
  const kept = new Map<string, KeptKernels>();
  return {
    read: (key) => Promise.resolve(kept.get(key) ?? null),
    write: (key, choice) => Promise.resolve(void kept.set(key, choice)),
  };
}

/** What is told while kernels are timed. */
export type TuningProgress = (text: string, done: number, total: number) => void;

/** An engine, and the kernels that it was given. */
export interface TunedEngine {
  readonly engine: Engine;
  readonly kernels: KernelsRecord;
}

/** An engine with the kernels of a choice. Errors: bad-settings, for a choice that this device cannot run. */
export function withChoice(engine: Engine, choice: KernelChoice): Engine {
  return { ...engine, choice, kernels: kernelsOf(choice, lanesOf(engine.device)) };
}

/**
 * An engine with the kernels that a source has for what a run asks. Errors: as tune(), and where a choice is given
 * bad-settings and device-error, for one that this device cannot run, or not rightly.
 */
export async function engineFor(
  engine: Engine,
  source: KernelSource,
  run: AskedRun,
  store: ChoiceStore,
  progress: TuningProgress,
): Promise<TunedEngine> {
  if (source === "auto") return await tunedEngine(engine, run, store, { progress });
  const choice = source === "portable" ? {} : source;
  const chosen = withChoice(engine, choice);
  if (source !== "portable") await (await timing()).checkGiven(engine, choice, run.asked);
  const from = source === "portable" ? source : "given";
  return { engine: chosen, kernels: { from, choice, tried: [], elapsedMs: 0, note: null } };
}

/**
 * An engine with the fastest kernels for what a run asks of it: those that are kept from an earlier time, or else those
 * that timing finds, which are then kept. Errors: as tune().
 */
export async function tunedEngine(
  engine: Engine,
  { asked, steps }: AskedRun,
  store: ChoiceStore,
  options: Pick<TuningOptions, "progress" | "budgetMs"> = {},
): Promise<TunedEngine> {
  const key = choiceKey(engine.device.record, asked);
  const kept = await store.read(key);
  const known = kept === null ? null : usable(engine, kept.choice, asked);
  if (kept !== null && known !== null) {
    return { engine: known, kernels: { ...kept, from: "kept", elapsedMs: 0, note: null } };
  }
  const { timedKernels } = await timing();
  const { elapsedMs, ...fresh } = await timedKernels(engine, { asked, steps }, options);
  await store.write(key, fresh);
  return { engine: withChoice(engine, fresh.choice), kernels: { ...fresh, from: "timed", elapsedMs, note: null } };
}

/** Fetched when something is to be timed or checked: on a device that is known nothing is. */
const timing = () => import("./kernel-timing.ts");

/** The engine with what was kept; null where that does not answer all that is asked, or names what is not there. */
function usable(engine: Engine, choice: KernelChoice, asked: Asked): Engine | null {
  if ([...asked.keys()].some((key) => choice[key] === undefined)) return null;
  try {
    return withChoice(engine, choice);
  } catch (error) {
    if (error instanceof AppError && error.code === "bad-settings") return null;
    throw error;
  }
}

/** A choice holds for one adapter and driver, one version of the kernels, and sizes up to the next power of two. */
export function choiceKey(record: DeviceRecord, asked: Asked, version = kernelsVersion()): string {
  const { vendor, architecture, description, features } = record;
  const shapes = [...asked]
    .map(([key, { question }]) => `${key} ${Math.ceil(Math.log2(workOf(question).amount))}`)
    .sort();
  const adapter = [vendor, architecture, description, ...features].join(" ");
  return [labelHash(adapter), version, labelHash(shapes.join("\n"))].map((part) => part.toString(16)).join("-");
}

const reals = ["f32", "f16"] as const satisfies readonly Real[];

/** Every kernel that can be chosen. */
function choosableKernels(): readonly Kernel[] {
  return [
    ...[...matmulVariants.values()].flatMap(({ kernels }) => reals.flatMap((real) => Object.values(kernels[real]))),
    ...[...matrixKernels.values()].flatMap((kernels) => reals.flatMap((real) => Object.values<Kernel>(kernels[real]))),
    ...[...layerNormKernels.values()].flatMap((kernels) =>
      reals.flatMap((real) => Object.values<Kernel>(kernels[real])),
    ),
    ...reals.flatMap((real) => Object.values<Kernel>(blockKernels[real].all)),
  ];
}

/** Changes with the name or text of any kernel; not with its comments, which a build leaves out. */
export function kernelsVersion(kernels: readonly Pick<Kernel, "name" | "wgsl">[] = choosableKernels()): number {
  const texts = [...new Set(kernels.map(({ wgsl }) => wgsl))];
  const bare = texts.map((wgsl) => wgsl.replaceAll(/\/\/.*/g, "").replaceAll(/\s+/g, " "));
  return labelHash([...bare, ...new Set(kernels.map(({ name }) => name)), ...attentionVariants.keys()].join(" "));
}
