import { openGpu } from "../../src/cli/adapter.ts";
import { openDevice } from "../../src/gpu/device.ts";
import { Pipelines } from "../../src/gpu/pipelines.ts";
import { lanesOf } from "../../src/nn/tuning/candidates.ts";
import { kernelsOf, portableKernels } from "../../src/nn/tuning/choice.ts";
import { tune } from "../../src/nn/tuning/tune.ts";
import type { Engine } from "../../src/train/engine.ts";
import { askedBy } from "../../src/train/finetuning/plan.ts";
import type { ShapeRequest } from "../../src/train/finetuning/assembly.ts";
import { paperRun } from "./paper-run.ts";

/** The device that Dawn finds, with the portable kernels. */
export async function openEngine(): Promise<Engine> {
  const device = await openDevice(await openGpu());
  return { device, pipelines: new Pipelines(device), kernels: portableKernels, choice: {}, profiler: null };
}

/** The engine with the kernels that are chosen for a run of the paper's length, as a training run would have them. */
export async function tunedFor(engine: Engine, request: ShapeRequest): Promise<Engine> {
  const { device, pipelines } = engine;
  const { asked } = askedBy(request);
  const { choice } = await tune(device, pipelines, asked, { steps: paperRun.steps });
  return { ...engine, choice, kernels: kernelsOf(choice, lanesOf(device)) };
}

/** What was chosen, variant by variant. */
export function describeChoice({ choice }: Engine): readonly string[] {
  const names = [...new Set(Object.values(choice))].sort();
  return names.map((name) => {
    const questions = Object.entries(choice).flatMap(([question, chosen]) => (chosen === name ? [question] : []));
    return `  ${name}: ${questions.join(", ")}`;
  });
}
