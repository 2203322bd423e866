import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import type { Device } from "@jax-js/jax";
import { timed } from "./peer.ts";
import type { OpenPeer } from "./peer.ts";
import { adamw, inLayer, labelCount, layerNormEpsilon, named, problemOf } from "./problem.ts";
import type { PaddedBatch, Problem, Sizes } from "./problem.ts";

// jax-js frees an array when it is used: `ref` keeps it for another use.

type Arrays = Record<string, np.Array>;
type Batch = Record<keyof PaddedBatch, np.Array>;

/** jax-js: forward, backward and AdamW as one compiled function, as optax would write it. */
export const open: OpenPeer = async (config, backend) => {
  const device = await deviceOf(backend);
  defaultDevice(device);
  const problem = problemOf(config);
  const batch = uploaded(problem);
  const step = jit(stepOf(problem));
  let [params, first, second] = stateOf(problem);
  let done = 0;
  return {
    about: null,
    steps: timed(async () => {
      done += 1;
      const firstFactor = np.array(1 / (1 - adamw.beta1 ** done));
      const secondFactor = np.array(1 / (1 - adamw.beta2 ** done));
      let loss: np.Array;
      [params, first, second, loss] = step(params, first, second, firstFactor, secondFactor, tree.ref(batch));
      const value = Number(await loss.jsAsync());
      await blockUntilReady(params);
      await blockUntilReady(second);
      return value;
    }),
  };
};

async function deviceOf(backend: string): Promise<Device> {
  const found = (await init()).find((device) => device === backend);
  if (found === undefined) throw new Error(`jax-js has no device ${backend} here.`);
  return found;
}

/** Weights and both moments of AdamW. */
function stateOf({ parameters, weights }: Problem): [Arrays, Arrays, Arrays] {
  const zeros = (): Arrays => Object.fromEntries(parameters.map(({ name, shape }) => [name, np.zeros([...shape])]));
  const values = parameters.map(({ name, shape }) => {
    const given = weights.get(name) ?? new Float32Array();
    return [name, np.array(given, { shape: [...shape] })];
  });
  return [Object.fromEntries(values), zeros(), zeros()];
}

function uploaded({ sizes: { sequences, length }, batch }: Problem): Batch {
  const shape = [sequences, length];
  const array = (values: PaddedBatch[keyof PaddedBatch], to: number[]) => np.array(values, { shape: to });
  const oneHot = new Float32Array(sequences * labelCount).map((_, at) =>
    batch.labels[Math.floor(at / labelCount)] === at % labelCount ? 1 : 0,
  );
  return {
    ids: array(batch.ids, shape),
    types: array(batch.types, shape),
    mask: array(batch.mask, shape),
    labels: array(oneHot, [sequences, labelCount]),
  };
}

/** One training step: new weights, new moments, loss. The factors are AdamW's bias corrections. */
function stepOf({ sizes, parameters }: Problem) {
  const { learningRate, beta1, beta2, epsilon, weightDecay } = adamw;
  const lossOf = (params: Arrays, batch: Batch): np.Array => {
    const { labels, ...inputs } = batch;
    return nn
      .logSoftmax(logitsOf(sizes, params, inputs))
      .mul(labels)
      .sum()
      .mul(-1 / sizes.sequences);
  };
  return (
    params: Arrays,
    first: Arrays,
    second: Arrays,
    firstFactor: np.Array,
    secondFactor: np.Array,
    batch: Batch,
  ): [Arrays, Arrays, Arrays, np.Array] => {
    const [loss, grads] = valueAndGrad(lossOf)(tree.ref(params), batch);
    const next: [Arrays, Arrays, Arrays] = [{}, {}, {}];
    for (const { name, kind } of parameters) {
      const [value, grad] = [named(params, name), named(grads, name)];
      const m = named(first, name)
        .mul(beta1)
        .add(grad.ref.mul(1 - beta1));
      const v = named(second, name)
        .mul(beta2)
        .add(grad.ref.mul(grad).mul(1 - beta2));
      const corrected = np.sqrt(v.ref.mul(secondFactor.ref)).add(epsilon);
      const adam = m.ref.mul(firstFactor.ref).div(corrected);
      const update = kind === "vector" ? adam : adam.add(value.ref.mul(weightDecay));
      next[0][name] = value.sub(update.mul(learningRate));
      next[1][name] = m;
      next[2][name] = v;
    }
    firstFactor.dispose();
    secondFactor.dispose();
    return [...next, loss];
  };
}

/** [sequences, labels] of a padded batch. */
function logitsOf(
  { layers, hidden, heads, sequences, length }: Sizes,
  params: Arrays,
  batch: Omit<Batch, "labels">,
): np.Array {
  const layerNorm = (x: np.Array, name: string) =>
    nn
      .standardize(x, -1, { epsilon: layerNormEpsilon })
      .mul(named(params, `${name}.weight`))
      .add(named(params, `${name}.bias`));
  const linear = (x: np.Array, name: string) =>
    np.dot(x, named(params, `${name}.weight`)).add(named(params, `${name}.bias`));
  const embedded = np
    .take(named(params, "bert.embeddings.word_embeddings.weight"), batch.ids, 0)
    .add(named(params, "bert.embeddings.position_embeddings.weight").slice([0, length]))
    .add(np.take(named(params, "bert.embeddings.token_type_embeddings.weight"), batch.types, 0));
  let x = layerNorm(embedded, "bert.embeddings.LayerNorm");
  const bias = batch.mask.sub(1).mul(10_000).reshape([sequences, 1, 1, length]);
  for (let layer = 0; layer < layers; layer++) {
    const at = (name: string) => inLayer(layer, name);
    const ofHeads = (name: string) => linear(x.ref, at(name)).reshape([sequences, length, heads, hidden / heads]);
    const attended = nn
      .dotProductAttention(
        ofHeads("attention.self.query"),
        ofHeads("attention.self.key"),
        ofHeads("attention.self.value"),
        {
          bias: bias.ref,
        },
      )
      .reshape([sequences, length, hidden]);
    const y = layerNorm(x.add(linear(attended, at("attention.output.dense"))), at("attention.output.LayerNorm"));
    const inner = nn.gelu(linear(y.ref, at("intermediate.dense")), { approximate: false });
    x = layerNorm(y.add(linear(inner, at("output.dense"))), at("output.LayerNorm"));
  }
  bias.dispose();
  return linear(np.tanh(linear(x.slice([], 0), "bert.pooler.dense")), "classifier");
}
