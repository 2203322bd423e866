import type { Tensor } from "../../gpu/tensor.ts";
import type { ModelConfig } from "../family.ts";
import { tokenCrossEntropy } from "../losses/token-losses.ts";
import type { TokenLossPlace } from "../losses/token-losses.ts";
import type { Inputs } from "../inputs.ts";
import { gatherRows } from "../ops/gather-rows.ts";
import { gelu } from "../ops/gelu.ts";
import { residualLayerNorm } from "../ops/layernorm.ts";
import { linear } from "../ops/linear.ts";
import type { ParamSet, ParamSpec } from "../params.ts";
import type { PretrainingInputs } from "../pretraining-inputs.ts";
import type { Scope } from "../scope.ts";
import { encode, normOf, ownEncoder, pooledHead } from "./encoder.ts";
import { embeddingSpecs, layerSpecs, linearSpecs, normSpecs } from "./specs.ts";

/** Columns of the results [slots, 8]: each loss, and behind it the share of right guesses. */
export const lossColumns = { words: 2, next: 4 } as const;

/** The parameters of a pre-training run, under Hugging Face's names of BertForPreTraining. */
export function pretrainingSpecs(config: ModelConfig): readonly ParamSpec[] {
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
  ];
}

/** The losses of a batch were recorded; `back` goes on into every parameter's gradient. */
interface PretrainingPass {
  back(s: Scope): void;
}

/** Where the losses of a batch go. */
export type PretrainingPlace = Omit<TokenLossPlace, "column">;

/**
 * Forward and losses of one batch: masked words are guessed, and whether its second half follows the first.
 *
 * Source: Devlin et al. 2019, section 3.1: the sum of the mean losses of both.
 */
export function pretrain(
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
