/** A softmax regression over words and neighbouring word pairs. */
export interface WordCounting {
  /** The class of a row: of all classes the one with the largest sum of weights. */
  classOf(texts: readonly string[]): string;
  /** Largest component of the gradient where the descent ended, a row. */
  readonly steepest: number;
}

const stepCount = 1000;
/** Place of the feature that every row has; its weights, the biases, are not penalised. */
const biasPlace = 0;

/** Whether a text has a word or a pair, not how often; the texts of a pair have features of their own. */
function featuresOf(texts: readonly string[]): readonly string[] {
  const features = texts.flatMap((text, side) => {
    const words = text.toLowerCase().match(/[a-z0-9']+/g) ?? [];
    const pairs = words.slice(1).map((word, index) => `${words[index]} ${word}`);
    return [...words, ...pairs].map((feature) => `${side}:${feature}`);
  });
  return [...new Set(features)];
}

/**
 * Softmax regression on words and word pairs: what can be had by counting words, in float64.
 *
 * Minimises the sum of cross-entropies plus half the squared weights, by accelerated gradient descent (Nesterov 1983).
 * A weight's step is the inverse of a bound on its curvature: half the features, summed over the rows that have its own
 * (Böhning 1992).
 */
export function countWords(
  rows: readonly { readonly label: string; readonly texts: readonly string[] }[],
): WordCounting {
  const classes = [...new Set(rows.map(({ label }) => label))].toSorted();
  const places = new Map([["", biasPlace]]);
  const inputs = rows.map(({ texts }) => [
    biasPlace,
    ...featuresOf(texts).map((feature) => {
      const place = places.get(feature) ?? places.size;
      places.set(feature, place);
      return place;
    }),
  ]);
  const targets = rows.map(({ label }) => classes.indexOf(label));
  const penalties = new Float64Array(places.size).fill(1);
  penalties[biasPlace] = 0;
  const curvatures = penalties.slice();
  for (const input of inputs) for (const place of input) add(curvatures, place, input.length / 2);

  const weights = classes.map(() => new Float64Array(places.size));
  const ahead = classes.map(() => new Float64Array(places.size));
  let steepest = 0;
  for (let step = 0; step < stepCount; step++) {
    const gradients = ahead.map((own) => own.map((weight, place) => weight * (penalties[place] ?? 0)));
    inputs.forEach((input, row) => {
      const sums = sumsOf(ahead, input);
      const highest = Math.max(...sums);
      const powers = sums.map((sum) => Math.exp(sum - highest));
      const total = powers.reduce((sum, power) => sum + power, 0);
      gradients.forEach((gradient, index) => {
        const error = (powers[index] ?? 0) / total - (targets[row] === index ? 1 : 0);
        for (const place of input) add(gradient, place, error);
      });
    });
    steepest = Math.max(...gradients.map((gradient) => gradient.reduce((most, at) => Math.max(most, Math.abs(at)), 0)));
    weights.forEach((own, index) => {
      for (let place = 0; place < own.length; place++) {
        const before = own[place] ?? 0;
        const next = (ahead[index]?.[place] ?? 0) - (gradients[index]?.[place] ?? 0) / (curvatures[place] ?? 1);
        own[place] = next;
        ahead[index]?.set([next + (step / (step + 3)) * (next - before)], place);
      }
    });
  }

  return {
    steepest: steepest / rows.length,
    classOf(texts) {
      const known = featuresOf(texts).flatMap((feature) => places.get(feature) ?? []);
      const sums = sumsOf(weights, [biasPlace, ...known]);
      return classes[sums.indexOf(Math.max(...sums))] ?? "";
    },
  };
}

function add(values: Float64Array, place: number, value: number): void {
  values[place] = (values[place] ?? 0) + value;
}

/** Of each class the sum of the weights of a row's features. */
function sumsOf(weights: readonly Float64Array[], input: readonly number[]): readonly number[] {
  return weights.map((own) => input.reduce((sum, place) => sum + (own[place] ?? 0), 0));
}
