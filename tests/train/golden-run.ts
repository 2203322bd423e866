import { parseValues } from "../../src/contract/fields.ts";
import type { Values } from "../../src/contract/fields.ts";
import type { SelectionRecord, StepRecord } from "../../src/contract/run.ts";
import type { EncodedSplit } from "../../src/data/dataset/batch.ts";
import { methods } from "../../src/methods/index.ts";
import type { Engine } from "../../src/train/engine.ts";
import { openSession } from "../../src/train/finetuning/session.ts";
import type { Session } from "../../src/train/finetuning/session.ts";
import { trainingSettings } from "../../src/train/finetuning/settings.ts";
import type { GoldenBatch, GoldenFixture } from "../golden/read.ts";
import { syntheticCheckpoint, syntheticTask } from "./synthetic.ts";

function splitOf(batches: readonly GoldenBatch[]): EncodedSplit {
  const offsets = [0];
  for (const batch of batches) {
    const base = offsets.at(-1) ?? 0;
    for (const offset of batch.offsets.slice(1)) offsets.push(base + offset);
  }
  return {
    count: offsets.length - 1,
    ids: Uint32Array.from(batches.flatMap((batch) => batch.ids)),
    types: Uint8Array.from(batches.flatMap((batch) => batch.types)),
    offsets: Uint32Array.from(offsets),
    labels: Float32Array.from(batches.flatMap((batch) => batch.labels)),
    truncatedCount: 0,
  };
}

/** A golden run on a device, and what it told. */
export interface GoldenRun {
  readonly session: Session;
  readonly steps: StepRecord[];
  readonly selections: SelectionRecord[];
}

/** A session over a golden run's weights, batches and draws; `changes`: of its training settings. */
export async function openGolden(
  engine: Engine,
  golden: GoldenFixture,
  changes: Values = {},
  { id, values } = golden.method,
): Promise<GoldenRun> {
  const steps: StepRecord[] = [];
  const selections: SelectionRecord[] = [];
  const method = methods.find((one) => one.id === id);
  if (method === undefined) throw new Error(`no method ${id}`);
  const { recipe } = golden;
  const request = {
    checkpoint: syntheticCheckpoint(
      golden.config,
      new Map([...golden.initial].map(([name, { data }]) => [name, data])),
    ),
    task: { ...syntheticTask, kind: golden.kind ?? (golden.labelCount === 1 ? "regression" : "classification") },
    labels: Array.from({ length: golden.labelCount }, (_, index) => String(index)),
    train: splitOf(golden.batches),
    dev: splitOf(golden.batches.slice(0, 1)),
    transfers: [],
    method,
    values: parseValues(method.fields, { ...values, dropout: golden.dropout }),
    seed: golden.seed,
    settings: trainingSettings({
      steps: recipe.maxSteps,
      batchSize: (golden.batches[0]?.offsets.length ?? 1) - 1,
      learningRate: recipe.learningRate,
      weightDecay: recipe.weightDecay,
      warmupRatio: recipe.warmupRatio,
      clip: recipe.clip,
      layerDecay: recipe.layerDecay,
      adamEpsilon: recipe.adamEpsilon,
      headStart: recipe.headStart,
      classWeights: recipe.classWeights,
      order: "file",
      ...changes,
    }),
  };
  const session = await openSession(engine, request, {
    phase: () => {},
    steps: (added) => steps.push(...added),
    evaluation: () => {},
    selection: (selection) => selections.push(selection),
  });
  await session.prepare({ gate: () => Promise.resolve() });
  for (const { step, label, kept } of golden.draws) session.replay(step, label, Float32Array.from(kept));
  return { session, steps, selections };
}
