import { median } from "simple-statistics";
import { formatTable } from "../../src/cli/report/text-table.ts";
import type { Method } from "../../src/methods/method.ts";
import type { Engine } from "../../src/train/engine.ts";
import { openSession } from "../../src/train/finetuning/session.ts";
import type { Session } from "../../src/train/finetuning/session.ts";
import { tunedFor } from "./engine.ts";
import { weightedRun } from "./shapes.ts";
import type { BatchSize, Shape } from "./shapes.ts";

/** Steps of each run, of which the first of its first stage are taken. */
const plannedSteps = 40;
/** The first two are not counted, for they compile and bind. */
const stepCount = 12;
const warmUp = 2;
const parts = 4;
const silent = { phase: () => {}, steps: () => {}, evaluation: () => {}, selection: () => {} };

/**
 * What saving memory costs: a method's run as it is, in mixed precision where the device has it, with recomputation, in four parts
 * a step, and with all of these, a step of each in turn, so that a drift of the machine meets all alike.
 */
export async function thriftLines(
  engine: Engine,
  methods: readonly Method[],
  shape: Shape,
  batch: BatchSize,
): Promise<readonly string[]> {
  const rows: string[][] = [];
  for (const method of methods) rows.push(...(await measure(engine, method, shape, batch)));
  return formatTable(["method", "", "ms a step", "times", "MiB", "of these activations"], rows);
}

async function measure(engine: Engine, method: Method, shape: Shape, batch: BatchSize): Promise<string[][]> {
  const request = weightedRun(shape, batch, method, plannedSteps);
  const cut = { batchSize: batch.rows / parts, accumulate: parts };
  const again = { recompute: "layers" } as const;
  const half = { precision: "mixed" } as const;
  const narrow = engine.device.record.features.includes("shader-f16");
  const ways = [
    { name: "as it is", training: {} },
    ...(narrow ? [{ name: "mixed precision", training: half }] : []),
    { name: "layers recomputed", training: again },
    { name: `${parts} parts a step`, training: cut },
    { name: "both", training: { ...again, ...cut } },
    ...(narrow ? [{ name: "all three", training: { ...half, ...again, ...cut } }] : []),
  ];
  const runs: { readonly name: string; readonly session: Session; readonly times: number[] }[] = [];
  for (const { name, training } of ways) {
    const own = { ...request, settings: { ...request.settings, ...training } };
    // What is fastest for a batch in f32 need not be for a part of it, or in f16.
    const session = await openSession(await tunedFor(engine, own), own, silent);
    runs.push({ name, session, times: [] });
  }
  for (let step = 1; step <= stepCount; step++) {
    for (const { session, times } of runs) {
      const begun = performance.now();
      await session.submitStep(step);
      await engine.device.gpu.queue.onSubmittedWorkDone();
      if (step > warmUp) times.push(performance.now() - begun);
    }
  }
  engine.device.check();
  const base = median(runs[0]?.times ?? []);
  return runs.map(({ name, session, times }) => {
    const { totalBytes, bytes } = session.plan;
    session.dispose();
    const mebibytes = (count: number): string => (count / 2 ** 20).toFixed(1);
    const stepMs = median(times);
    const memory = [mebibytes(totalBytes), mebibytes(bytes["activations"] ?? 0)];
    return [method.id, name, stepMs.toFixed(1), (stepMs / base).toFixed(2), ...memory];
  });
}
