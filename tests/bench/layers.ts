import { vanilla } from "../../src/methods/vanilla.ts";
import type { Engine } from "../../src/train/engine.ts";
import { openSession } from "../../src/train/finetuning/session.ts";
import { tunedFor } from "./engine.ts";
import { batches, plannedRun, weightedRun } from "./shapes.ts";
import type { Shape } from "./shapes.ts";

const steps = 3;
const silent = { phase: () => {}, steps: () => {}, evaluation: () => {}, selection: () => {} };

/** Milliseconds of vanilla's step, of a model that may not fit: from models of its shape with one and with two layers. */
export async function stepFromLayers(engine: Engine, shape: Shape): Promise<number> {
  const tuned = await tunedFor(engine, plannedRun(shape, batches.full, vanilla, steps));
  const one = await stepMs(tuned, { ...shape, num_hidden_layers: 1 });
  const two = await stepMs(tuned, { ...shape, num_hidden_layers: 2 });
  return one + (shape.num_hidden_layers - 1) * (two - one);
}

/** The fastest step after the first, which makes what all use. */
async function stepMs(engine: Engine, shape: Shape): Promise<number> {
  const session = await openSession(engine, weightedRun(shape, batches.full, vanilla, steps), silent);
  let least = Number.POSITIVE_INFINITY;
  for (let step = 1; step <= steps; step++) {
    const begun = performance.now();
    await session.submitStep(step);
    await engine.device.gpu.queue.onSubmittedWorkDone();
    if (step > 1) least = Math.min(least, performance.now() - begun);
  }
  session.dispose();
  return least;
}
