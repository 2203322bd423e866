import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseValues } from "../../../src/contract/fields.ts";
import type { EvaluationRecord, StepRecord } from "../../../src/contract/run.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { methods } from "../../../src/methods/index.ts";
import type { Engine } from "../../../src/train/engine.ts";
import { openSession } from "../../../src/train/finetuning/session.ts";
import type { SavedRun, Session } from "../../../src/train/finetuning/session.ts";
import { trainingSettings } from "../../../src/train/finetuning/settings.ts";
import { openTestDevice } from "../../gpu/device.ts";
import { likelyEngine } from "../../gpu/kernels.ts";
import { smallBert, syntheticCheckpoint, syntheticSplit, syntheticTask } from "../synthetic.ts";

let device: Device;
let engine: Engine;
beforeAll(async () => {
  device = await openTestDevice();
  engine = likelyEngine(device);
});
afterAll(() => device.destroy());

const families = [
  { model_type: "electra", ...smallBert, embedding_size: 12 },
  { model_type: "roberta", ...smallBert, type_vocab_size: 1 },
  {
    model_type: "deberta",
    ...smallBert,
    embedding_size: 12,
    relative_attention: true,
    max_relative_positions: 4,
    pos_att_type: "c2p|p2c",
    pooler_dropout: 0.1,
  },
  {
    model_type: "deberta-v2",
    ...smallBert,
    type_vocab_size: 0,
    position_biased_input: false,
    relative_attention: true,
    position_buckets: 4,
    norm_rel_ebd: "layer_norm",
    share_att_key: true,
    pos_att_type: ["p2c", "c2p"],
  },
  {
    model_type: "bart",
    vocab_size: smallBert.vocab_size,
    d_model: 16,
    encoder_layers: 1,
    decoder_layers: 2,
    encoder_attention_heads: 2,
    decoder_attention_heads: 2,
    encoder_ffn_dim: 32,
    decoder_ffn_dim: 32,
    max_position_embeddings: 32,
    activation_dropout: 0.1,
  },
];

/** Rows in which every token is of a type that the smallest table of types has. */
function split(count: number) {
  const rows = syntheticSplit(count, 20, smallBert.vocab_size, true);
  return { ...rows, types: rows.types.fill(0) };
}

/** Trains six steps, or what is left of them; what the run would go on from after its third step. */
async function train(config: object, id: string, values: object, saved?: SavedRun, training: object = {}) {
  const method = methods.find((one) => one.id === id);
  if (method === undefined) throw new Error(`no method ${id}`);
  const steps: StepRecord[] = [];
  const evaluations: EvaluationRecord[] = [];
  const request = {
    checkpoint: syntheticCheckpoint({ ...config }),
    task: syntheticTask,
    labels: ["no", "yes"],
    train: split(24),
    dev: split(5),
    transfers: [],
    method,
    values: parseValues(method.fields, { dropout: 0.1, ...values }),
    seed: 1,
    settings: trainingSettings({ batchSize: 4, learningRate: 1e-3, steps: 6, ...training }),
  };
  const listener = {
    phase: () => {},
    steps: (added: readonly StepRecord[]) => void steps.push(...added),
    evaluation: (evaluation: EvaluationRecord) => void evaluations.push(evaluation),
    selection: () => {},
  };
  const session = await openSession(engine, request, listener, undefined, saved);
  const saves: Promise<SavedRun>[] = [];
  await session.train({
    gate: async () => {
      const state = session.done === 3 && saves.length === 0 ? await session.state() : null;
      if (state !== null) saves.push(savedOf(state));
    },
  });
  const weights = [...(await session.weights())].map(([name, data]) => [name, Buffer.from(data.slice().buffer)]);
  session.dispose();
  return { steps, evaluations, weights, third: saves[0] };
}

async function savedOf({ step, tensors }: NonNullable<Awaited<ReturnType<Session["state"]>>>): Promise<SavedRun> {
  const byName = new Map((await tensors)?.map(({ name, data }) => [name, data]));
  const tensor = (name: string) => {
    const found = byName.get(name);
    return found === undefined ? Promise.reject(new Error(`no ${name}`)) : Promise.resolve(found);
  };
  return { state: { step, tensor }, evaluations: [] };
}

const dense = { frozenShare: 0.5, updateRatio: 0.2 };

describe.each(families)("$model_type", (config) => {
  test("gives the same bits each time, and when it goes on from where it was saved", async () => {
    const first = await train(config, "dps-dense", dense);
    const again = await train(config, "dps-dense", dense);
    expect(again.weights).toEqual(first.weights);
    expect([again.steps, again.evaluations]).toEqual([first.steps, first.evaluations]);
    if (first.third === undefined) throw new Error("nothing was saved");
    const later = await train(config, "dps-dense", dense, await first.third);
    expect(later.weights).toEqual(first.weights);
    expect(later.steps).toEqual(first.steps.slice(3));
    expect((await train(config, "vanilla", {})).weights).not.toEqual(first.weights);
  });

  test("gives the same bits where the backward computes activations again", async () => {
    for (const [id, values] of [
      ["vanilla", {}],
      ["dps-mix", dense],
      ["r-drop", {}],
    ] as const) {
      const kept = await train(config, id, values);
      const again = await train(config, id, values, undefined, { recompute: "layers" });
      expect({ id, weights: again.weights }).toEqual({ id, weights: kept.weights });
      expect([again.steps, again.evaluations]).toEqual([kept.steps, kept.evaluations]);
    }
  });

  test("is vanilla bit for bit at every method's neutral setting", async () => {
    const plain = await train(config, "vanilla", {});
    const neutrals = [
      ["dps-dense", { ...dense, frozenShare: 0 }],
      ["dps-mix", { ...dense, frozenShare: 0 }],
      ["mixout", { mixShare: 0 }],
      ["r3f", { divergenceWeight: 0 }],
      ["child-tuning-d", { childShare: 1 }],
      ["child-tuning-f", { drawnShare: 1 }],
      ["re-init", { topLayers: 0, reinitPooler: false }],
    ] as const;
    for (const [id, values] of neutrals) {
      const { weights } = await train(config, id, values);
      expect({ id, weights }).toEqual({ id, weights: plain.weights });
    }
  });
});
