import type { Tensor } from "../../gpu/tensor.ts";
import type { ModelConfig } from "../family.ts";
import { tokenBinaryCrossEntropy, tokenCrossEntropy } from "../losses/token-losses.ts";
import type { TokenLossPlace } from "../losses/token-losses.ts";
import type { Inputs } from "../inputs.ts";
import { gatherRows } from "../ops/gather-rows.ts";
import { gelu } from "../ops/gelu.ts";
import { residualLayerNorm } from "../ops/layernorm.ts";
import { linear } from "../ops/linear.ts";
import { sampleTokens } from "../ops/sample-tokens.ts";
import type { ParamSet, ParamSpec } from "../params.ts";
import type { PretrainingInputs } from "../pretraining-inputs.ts";
import type { Scope } from "../scope.ts";
import { encode, normOf, ownEncoder, pooledHead } from "./encoder.ts";
import { embeddingSpecs, layerSpecs, linearSpecs, normSpecs } from "./specs.ts";

/** "mlm": guess masked words. "rtd": tell which words a small generator has replaced. Both guess the next sentence. */
export type Objective = "mlm" | "rtd";

/** Columns of the results [slots, 8]: each loss, and behind it the share of right guesses. */
export const lossColumns = { words: 2, next: 4, replaced: 6 } as const;

/** Weight of the replaced-token loss beside that of the words. Source: Clark et al. 2020, appendix A. */
export const replacedWeight = 50;

/** Parameters that go into the model's files: the generator is only a tool. */
export function isKept(objective: Objective, name: string): boolean {
  return objective === "mlm" || !/^(generator|cls\.predictions)\./.test(name);
}

/** The parameters of a pre-training run, under Hugging Face's names of BertForPreTraining and ElectraForPreTraining. */
export function pretrainingSpecs(config: ModelConfig, objective: Objective): readonly ParamSpec[] {
  const { hiddenSize: H, layerCount, vocabularySize } = config;
  const [, bias] = linearSpecs("cls.predictions", vocabularySize, H, "classifier");
  return [
    ...embeddingSpecs(config),
    ...layerSpecs(config, "bert.encoder", layerCount),
    ...linearSpecs("bert.pooler.dense", H, H, "pooler"),
    ...(bias === undefined ? [] : [bias]),
    ...linearSpecs("cls.predictions.transform.dense", H, H, "classifier"),
    ...normSpecs("cls.predictions.transform.LayerNorm", H, "classifier", null),
    ...linearSpecs("cls.seq_relationship", 2, H, "classifier"),
    ...(objective === "mlm" ? [] : replacedSpecs(config)),
  ];
}

function replacedSpecs(config: ModelConfig): readonly ParamSpec[] {
  const H = config.hiddenSize;
  return [
    ...layerSpecs(config, generator(config).prefix, generator(config).layerCount),
    ...linearSpecs("discriminator_predictions.dense", H, H, "classifier"),
    ...linearSpecs("discriminator_predictions.dense_prediction", 1, H, "classifier"),
  ];
}

/** Half the layers at the same width, over the same embeddings: it needs no projection between the two. */
function generator({ layerCount }: ModelConfig) {
  return { prefix: "generator.encoder", layerCount: Math.max(1, Math.floor(layerCount / 2)), name: "generator " };
}

/** The losses of a batch were recorded; `back` goes on into every parameter's gradient. */
interface PretrainingPass {
  back(s: Scope): void;
}

/** Where the losses of a batch go. */
export type PretrainingPlace = Omit<TokenLossPlace, "column">;

/** Forward and losses of one batch. Of "rtd" the generator's gradients come first, within back(). */
export function pretrain(
  s: Scope,
  config: ModelConfig,
  params: ParamSet,
  inputs: PretrainingInputs,
  objective: Objective,
  place: PretrainingPlace,
): PretrainingPass {
  return objective === "mlm"
    ? guessWords(s, config, params, inputs, place)
    : findReplaced(s, config, params, inputs, place);
}

/** Source: Devlin et al. 2019, section 3.1: the sum of the mean losses of masked words and next sentence. */
function guessWords(
  s: Scope,
  config: ModelConfig,
  params: ParamSet,
  inputs: PretrainingInputs,
  place: PretrainingPlace,
): PretrainingPass {
  const encoder = encode(s, config, params, inputs.masked, ownEncoder(config));
  const next = nextSentence(s, params, inputs.masked, inputs.next, encoder.out, place);
  const words = wordHead(s, config, params, inputs.chosen, encoder.out);
  const dlogits = tokenCrossEntropy(s, words.logits, inputs.originals, { ...place, column: lossColumns.words });
  return {
    back(s) {
      const dhidden = next.back(s);
      words.back(s, dlogits, dhidden);
      encoder.back(s, dhidden);
    },
  };
}

/**
 * Source: Clark et al. 2020, ELECTRA, section 2: the generator's loss + 50 · the mean over all tokens of the encoder's.
 * Departs: the next sentence is guessed as well, so that the pooler learns; the generator is as wide as the encoder.
 */
function findReplaced(
  s: Scope,
  config: ModelConfig,
  params: ParamSet,
  inputs: PretrainingInputs,
  place: PretrainingPlace,
): PretrainingPass {
  const { masked, chosen, originals } = inputs;
  const maker = encode(s, config, params, masked, generator(config));
  const words = wordHead(s, config, params, chosen, maker.out);
  const ids = s.mem.tensor("inputs", "replaced ids", masked.ids.shape, "u32");
  const drawn = s.mem.tensor("inputs", "drawn", chosen.shape, "u32");
  const replaced = s.mem.tensor("inputs", "replaced", masked.ids.shape);
  s.rec.copy(masked.ids, ids);
  s.rec.clear(replaced);
  sampleTokens(s, "replaced tokens", words.logits, { places: chosen, originals, drawn, ids, replaced });
  const dwords = tokenCrossEntropy(s, words.logits, originals, { ...place, column: lossColumns.words });

  const seen: Inputs = { ...masked, ids, byWord: inputs.unchanged, drawn: { places: chosen, ids: drawn } };
  const encoder = encode(s, config, params, seen, ownEncoder(config));
  const next = nextSentence(s, params, seen, inputs.next, encoder.out, place);
  const finder = replacedHead(s, params, encoder.out);
  const at = { ...place, column: lossColumns.replaced };
  const dlogits = tokenBinaryCrossEntropy(s, finder.logits, replaced, at, replacedWeight);
  return {
    back(s) {
      const dhidden = next.back(s);
      finder.back(s, dlogits, dhidden);
      encoder.back(s, dhidden);
      s.rec.clear(dhidden);
      words.back(s, dwords, dhidden);
      maker.back(s, dhidden);
    },
  };
}

/** A head over hidden states; `back` adds to the gradient it is given. */
interface Head {
  readonly logits: Tensor;
  back(s: Scope, dlogits: Tensor, dhidden: Tensor): void;
}

/** logits [chosen, vocabulary] of the chosen tokens only; its last layer is the word table itself. */
function wordHead(s: Scope, config: ModelConfig, params: ParamSet, chosen: Tensor, hidden: Tensor): Head {
  const transform = "cls.predictions.transform";
  const table = params.of("bert.embeddings.word_embeddings.weight");
  const weight = params.of(`${transform}.dense.weight`);
  const { gamma, beta } = normOf(params, `${transform}.LayerNorm`);
  const gathered = gatherRows(s, "chosen hidden", hidden, chosen);
  const dense = linear(s, "word transform", gathered.out, weight, params.of(`${transform}.dense.bias`));
  const activated = gelu(s, "word gelu", dense.out);
  const options = { epsilon: config.layerNormEpsilon, dropout: 0 };
  const normed = residualLayerNorm(s, "word norm", activated.out, null, gamma, beta, options);
  const decoder = linear(s, "word logits", normed.out, table, params.of("cls.predictions.bias"));
  return {
    logits: decoder.out,
    back(s, dlogits, dhidden) {
      const dnormed = s.temporary("d word norm", normed.out.shape);
      decoder.back(s, dlogits, dnormed, 0);
      const { dx } = normed.back(s, dnormed);
      const dgathered = s.temporary("d chosen", gathered.out.shape);
      dense.back(s, activated.back(s, dx), dgathered, 0);
      gathered.back(s, dgathered, dhidden);
    },
  };
}

/** logits [tokens, 1]: above 0 for a token that was replaced. */
function replacedHead(s: Scope, params: ParamSet, hidden: Tensor): Head {
  const layer = (name: string, label: string, x: Tensor) =>
    linear(s, label, x, params.of(`${name}.weight`), params.of(`${name}.bias`));
  const dense = layer("discriminator_predictions.dense", "replaced transform", hidden);
  const activated = gelu(s, "replaced gelu", dense.out);
  const scores = layer("discriminator_predictions.dense_prediction", "replaced logits", activated.out);
  return {
    logits: scores.out,
    back(s, dlogits, dhidden) {
      const dactivated = s.temporary("d replaced gelu", activated.out.shape);
      scores.back(s, dlogits, dactivated, 0);
      dense.back(s, activated.back(s, dactivated), dhidden, 1);
    },
  };
}

/** Whether the second half follows the first. `back` returns the gradient of all hidden states, mostly zero. */
function nextSentence(
  s: Scope,
  params: ParamSet,
  inputs: Inputs,
  labels: Tensor,
  hidden: Tensor,
  place: PretrainingPlace,
) {
  const head = pooledHead(s, params, inputs, hidden, "cls.seq_relationship", 0);
  const dlogits = tokenCrossEntropy(s, head.out, labels, { ...place, column: lossColumns.next });
  return { back: (s: Scope): Tensor => head.back(s, dlogits) };
}
