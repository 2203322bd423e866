/** A model of which a learning rate is known to work, and how the rate falls as models grow. */
const known = { hiddenSize: 1024, rate: 2e-5, exponent: 1.6 };
/** Smaller models than were measured want no more than this. */
const highest = 1e-3;

/**
 * The learning rate that suits a BERT of a hidden size when it is fine-tuned with AdamW: 2e-5 · (1024 / hidden size)^1.6,
 * to one digit and at most 1e-3. That is 3e-4 at 192, 1e-4 at 384, 3e-5 at 768 and 2e-5 at 1024.
 *
 * Source: 2e-5 for BERT-large is that of Zhang et al. 2022, and lies within the 2e-5 to 5e-5 of Devlin et al. 2019,
 * section A.3. The exponent is a straight line through three points in logarithms: that one, and the best rates we
 * measured on SST-2, STS-B, MRPC and RTE at hidden size 192 (3e-4) and 384 (1e-4); it meets all three after rounding. Turc
 * et al. 2019 searched 3e-5 to 3e-4 for models of 128 to 768.
 */
export function suitedLearningRate(hiddenSize: number): number {
  const rate = known.rate * (known.hiddenSize / hiddenSize) ** known.exponent;
  return Math.min(highest, Number(rate.toPrecision(1)));
}

/** A factor beyond which a rate is far from what suits: twice or half of it often does as well. */
const far = 3;

/** What suits a model of this hidden size, where a rate that was set is far from it; null where it is not, or none was set. */
export function betterRate(rate: unknown, hiddenSize: number): number | null {
  if (typeof rate !== "number" || rate <= 0) return null;
  const suited = suitedLearningRate(hiddenSize);
  return Math.max(rate / suited, suited / rate) >= far ? suited : null;
}
