import type { EncodedSplit } from "../../../src/data/dataset/batch.ts";
import { openDevice } from "../../../src/gpu/device.ts";
import { Pipelines } from "../../../src/gpu/pipelines.ts";
import { vanilla } from "../../../src/methods/vanilla.ts";
import { choicesInMemory, tunedEngine } from "../../../src/experiment/kernels/kernel-tuning.ts";
import { portableKernels } from "../../../src/nn/tuning/choice.ts";
import { askedBy } from "../../../src/train/finetuning/plan.ts";
import { openSession } from "../../../src/train/finetuning/session.ts";
import { trainingSettings } from "../../../src/train/finetuning/settings.ts";
import { syntheticCheckpoint, syntheticTask } from "../../train/synthetic.ts";
import { timed } from "./peer.ts";
import type { OpenPeer } from "./peer.ts";
import { adamw, problemOf } from "./problem.ts";
import type { PaddedBatch, Problem, Sizes } from "./problem.ts";

/** So many that the schedule's rate is as good as the constant one of the peers: 3e-5 less at the fourth step. */
const plannedSteps = 100_000;

/** This project's engine: vanilla fine-tuning over the batch's real tokens. */
export const open: OpenPeer = async (config) => {
  const problem = problemOf(config);
  const device = await openDevice(navigator.gpu);
  const request = requestOf(problem);
  const portable = { device, pipelines: new Pipelines(device), kernels: portableKernels, choice: {}, profiler: null };
  const { engine } = await tunedEngine(portable, askedBy(request), choicesInMemory());
  let loss = Number.NaN;
  const listener = {
    phase: () => {},
    steps: (steps: readonly { readonly loss: number }[]) => (loss = steps.at(-1)?.loss ?? Number.NaN),
    evaluation: () => {},
    selection: () => {},
  };
  const session = await openSession(engine, request, listener);
  let step = 0;
  const { vendor, architecture, description } = device.record;
  const { sequences, length } = problem.sizes;
  return {
    about: [
      [vendor, architecture, description].filter(Boolean).join(" "),
      `this engine computes the ${session.request.train.ids.length} real tokens of ${sequences} x ${length}`,
    ].join("; "),
    steps: timed(async () => {
      step += 1;
      await session.submitStep(step);
      await session.settle(step);
      return loss;
    }),
  };
};

function requestOf({ sizes, parameters, weights, batch }: Problem) {
  const config = {
    vocab_size: sizes.vocabulary,
    hidden_size: sizes.hidden,
    num_hidden_layers: sizes.layers,
    num_attention_heads: sizes.heads,
    intermediate_size: sizes.inner,
  };
  const values = new Map(
    parameters.map(({ name, shape: [rows = 0, columns = 0], kind }) => {
      const given = weights.get(name) ?? new Float32Array();
      return [name, kind === "linear" ? transposed(given, rows, columns) : given];
    }),
  );
  const rows = packed(batch, sizes);
  const { learningRate, weightDecay } = adamw;
  return {
    checkpoint: syntheticCheckpoint(config, values),
    task: syntheticTask,
    labels: ["no", "yes"],
    train: rows,
    dev: rows,
    transfers: [],
    method: vanilla,
    values: { dropout: 0 },
    seed: 1,
    settings: trainingSettings({
      steps: plannedSteps,
      batchSize: sizes.sequences,
      maxLength: sizes.length,
      learningRate,
      weightDecay,
      warmupRatio: 0,
      // The largest there is: never reached.
      clip: 1e9,
      order: "file",
    }),
  };
}

/** The batch's rows laid end to end, without their padding. */
function packed({ ids, types, mask, labels }: PaddedBatch, { sequences, length }: Sizes): EncodedSplit {
  const real = [...mask.keys()].filter((place) => mask[place] === 1);
  const offsets = new Uint32Array(sequences + 1);
  for (const place of real)
    offsets[Math.floor(place / length) + 1] = (offsets[Math.floor(place / length) + 1] ?? 0) + 1;
  for (let row = 0; row < sequences; row++) offsets[row + 1] = (offsets[row + 1] ?? 0) + (offsets[row] ?? 0);
  return {
    count: sequences,
    ids: Uint32Array.from(real, (place) => ids[place] ?? 0),
    types: Uint8Array.from(real, (place) => types[place] ?? 0),
    offsets,
    labels: Float32Array.from(labels),
    truncatedCount: 0,
  };
}

/** [rows, columns] to [columns, rows]. */
function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  return values.map((_, at) => values[(at % rows) * columns + Math.floor(at / rows)] ?? 0);
}
