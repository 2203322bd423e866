import type { DeviceRecord, KernelChoice } from "../contract/run.ts";
import { labelHash } from "../core/rng.ts";
import { attentionVariants } from "../nn/ops/attention.ts";
import { matmulVariants } from "../nn/ops/matmul.ts";
import { lanesOf } from "../nn/tuning/candidates.ts";
import { kernelsOf } from "../nn/tuning/choice.ts";
import { workOf } from "../nn/tuning/questions.ts";
import type { Asked } from "../nn/tuning/questions.ts";
import { tune } from "../nn/tuning/tune.ts";
import type { Tuning } from "../nn/tuning/tune.ts";
import type { Engine } from "../train/engine.ts";

/** Where kernels come from: the portable ones, those of an earlier choice, or those that are fastest here. */
export type KernelSource = "portable" | "auto" | KernelChoice;

/** Where choices are kept from one visit to the next. A store that cannot keep anything says so by null and silence. */
export interface ChoiceStore {
  read(key: string): Promise<KernelChoice | null>;
  write(key: string, choice: KernelChoice): Promise<void>;
}

/** Keeps choices as long as the process lives. */
export function choicesInMemory(): ChoiceStore {
  const kept = new Map<string, KernelChoice>();
  return {
    read: (key) => Promise.resolve(kept.get(key) ?? null),
    write: (key, choice) => Promise.resolve(void kept.set(key, choice)),
  };
}

/** What is told while kernels are timed. */
export type TuningProgress = (text: string, done: number, total: number) => void;

/** An engine with the kernels of a choice. Errors: bad-settings, for a choice that this device cannot run. */
export function withChoice(engine: Engine, choice: KernelChoice): Engine {
  return { ...engine, choice, kernels: kernelsOf(choice, lanesOf(engine.device)) };
}

/**
 * An engine with the fastest kernels for what a run asks of it: those that are kept from an earlier time, and for the rest
 * those that timing finds, which are then kept. `steps`: of the run. Errors: as tune().
 */
export async function tunedEngine(
  engine: Engine,
  { asked, steps }: { readonly asked: Asked; readonly steps: number },
  store: ChoiceStore,
  progress: TuningProgress,
): Promise<{ readonly engine: Engine; readonly tuning: Tuning }> {
  const key = choiceKey(engine.device.record, asked);
  const known = { ...engine.choice, ...(await store.read(key)) };
  const tuning = await tune(engine.device, engine.pipelines, asked, { steps, known, progress });
  const choice = { ...known, ...tuning.choice };
  if (tuning.tried.length > 0) await store.write(key, choice);
  return { engine: withChoice(engine, choice), tuning };
}

/** A choice holds for one adapter and driver, one version of the kernels, and sizes up to the next power of two. */
function choiceKey({ vendor, architecture, description, features }: DeviceRecord, asked: Asked): string {
  const texts = [...matmulVariants.values()].flatMap(({ kernels }) => Object.values(kernels));
  const version = labelHash(
    texts.map(({ name, wgsl }) => name + wgsl).join("") + [...attentionVariants.keys()].join(" "),
  );
  const shapes = [...asked]
    .map(([key, { question }]) => `${key} ${Math.ceil(Math.log2(workOf(question).amount))}`)
    .sort();
  const adapter = [vendor, architecture, description, ...features].join(" ");
  return [labelHash(adapter), version, labelHash(shapes.join("\n"))].map((part) => part.toString(16)).join("-");
}
