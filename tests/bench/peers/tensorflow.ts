import * as tf from "@tensorflow/tfjs-core";
import { timed } from "./peer.ts";
import type { OpenPeer } from "./peer.ts";
import { adamw, inLayer, labelCount, layerNormEpsilon, named, problemOf } from "./problem.ts";
import type { Problem, Sizes } from "./problem.ts";

type Variables = Record<string, tf.Variable>;

interface Batch {
  readonly ids: tf.Tensor;
  readonly types: tf.Tensor;
  readonly mask: tf.Tensor;
  /** [sequences, labels], one-hot. */
  readonly labels: tf.Tensor;
}

/** TensorFlow.js, whose operations run one by one. It has no AdamW: weights are decayed before its Adam. */
export const open: OpenPeer = async (config, backend) => {
  await import("@tensorflow/tfjs-core/dist/register_all_gradients.js");
  await import("@tensorflow/tfjs-backend-webgpu");
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend ${backend} here.`);
  await tf.ready();
  const problem = problemOf(config);
  const { learningRate, beta1, beta2, epsilon, weightDecay } = adamw;
  const variables = variablesOf(problem);
  const batch = uploaded(problem);
  const adam = tf.train.adam(learningRate, beta1, beta2, epsilon);
  const decayed = problem.parameters.filter(({ kind }) => kind !== "vector").map(({ name }) => named(variables, name));
  const step = (): tf.Scalar =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => lossOf(problem.sizes, variables, batch));
      for (const variable of decayed) variable.assign(tf.mul(variable, 1 - learningRate * weightDecay));
      adam.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
      return value;
    });
  return {
    about: null,
    steps: timed(async () => {
      const loss = step();
      const [value] = await loss.data();
      loss.dispose();
      // The loss is ready before the update: the queue is done when what was written last can be read.
      await named(variables, "classifier.bias").data();
      return value ?? Number.NaN;
    }),
  };
};

function variablesOf({ parameters, weights }: Problem): Variables {
  return Object.fromEntries(
    parameters.map(({ name, shape }) => {
      const values = tf.tensor(weights.get(name) ?? new Float32Array(), [...shape]);
      return [name, tf.variable(values, true, name)];
    }),
  );
}

function uploaded({ sizes: { sequences, length }, batch }: Problem): Batch {
  const shape: [number, number] = [sequences, length];
  return {
    ids: tf.tensor2d(batch.ids, shape, "int32"),
    types: tf.tensor2d(batch.types, shape, "int32"),
    mask: tf.tensor2d(batch.mask, shape),
    labels: tf.oneHot(tf.tensor1d(batch.labels, "int32"), labelCount),
  };
}

function lossOf(sizes: Sizes, variables: Variables, batch: Batch): tf.Scalar {
  const chosen = tf.mul(tf.logSoftmax(logitsOf(sizes, variables, batch)), batch.labels);
  return tf.reshape(tf.mul(tf.sum(chosen), -1 / sizes.sequences), []);
}

/** [sequences, labels] of a padded batch. */
function logitsOf({ layers, hidden, heads, sequences, length }: Sizes, variables: Variables, batch: Batch): tf.Tensor {
  const layerNorm = (x: tf.Tensor, name: string) => {
    const centred = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centred), -1, true);
    const standard = tf.mul(centred, tf.rsqrt(tf.add(variance, layerNormEpsilon)));
    return tf.add(tf.mul(standard, named(variables, `${name}.weight`)), named(variables, `${name}.bias`));
  };
  const linear = (x: tf.Tensor, name: string) =>
    tf.add(tf.matMul(x, named(variables, `${name}.weight`)), named(variables, `${name}.bias`));
  const gelu = (x: tf.Tensor) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
  const positions = tf.slice(named(variables, "bert.embeddings.position_embeddings.weight"), [0, 0], [length, hidden]);
  const embedded = tf.add(
    tf.add(tf.gather(named(variables, "bert.embeddings.word_embeddings.weight"), batch.ids), positions),
    tf.gather(named(variables, "bert.embeddings.token_type_embeddings.weight"), batch.types),
  );
  const bias = tf.reshape(tf.mul(tf.sub(batch.mask, 1), 10_000), [sequences, 1, 1, length]);
  let x = tf.reshape(layerNorm(embedded, "bert.embeddings.LayerNorm"), [sequences * length, hidden]);
  for (let layer = 0; layer < layers; layer++) {
    const at = (name: string) => inLayer(layer, name);
    const ofHeads = (name: string) =>
      tf.transpose(tf.reshape(linear(x, at(name)), [sequences, length, heads, hidden / heads]), [0, 2, 1, 3]);
    const products = tf.matMul(ofHeads("attention.self.query"), ofHeads("attention.self.key"), false, true);
    const shares = tf.softmax(tf.add(tf.mul(products, 1 / Math.sqrt(hidden / heads)), bias));
    const mixed = tf.transpose(tf.matMul(shares, ofHeads("attention.self.value")), [0, 2, 1, 3]);
    const attended = linear(tf.reshape(mixed, [sequences * length, hidden]), at("attention.output.dense"));
    const y = layerNorm(tf.add(x, attended), at("attention.output.LayerNorm"));
    const inner = linear(gelu(linear(y, at("intermediate.dense"))), at("output.dense"));
    x = layerNorm(tf.add(y, inner), at("output.LayerNorm"));
  }
  const cls = tf.reshape(tf.slice(tf.reshape(x, [sequences, length, hidden]), [0, 0, 0], [sequences, 1, hidden]), [
    sequences,
    hidden,
  ]);
  return linear(tf.tanh(linear(cls, "bert.pooler.dense")), "classifier");
}
