import type { Tensor } from "../../../gpu/tensor.ts";
import { encode } from "../../blocks/encoder.ts";
import type { Encoder } from "../../blocks/encoder.ts";
import { firstTokenHead } from "../../blocks/token-head.ts";
import type { TokenHead } from "../../blocks/token-head.ts";
import { linearSpecs, normSpecs } from "../../blocks/specs.ts";
import { tokenCrossEntropy } from "../../losses/token-losses.ts";
import { gatherRows } from "../../ops/gather-rows.ts";
import { activate } from "../../ops/activation.ts";
import { residualLayerNorm } from "../../ops/layernorm.ts";
import { linear } from "../../ops/linear.ts";
import type { ParamSet, ParamSpec } from "../../params.ts";
import { lossColumns } from "../../pretraining.ts";
import type { Pretraining } from "../../pretraining.ts";
import type { Scope } from "../../scope.ts";
import type { Model } from "../../model.ts";
import { currentName } from "../names.ts";

const nextHead: TokenHead = {
  dense: "bert.pooler.dense",
  activation: "tanh",
  output: "cls.seq_relationship",
  dropoutBefore: null,
};
const transform = "cls.predictions.transform";

/**
 * Masked words are guessed, and whether a batch's second half follows the first; parameters as in Hugging Face's
 * BertForPreTraining. `body`: encoder and pooler, by whose names `parameterOf` goes.
 *
 * Source: Devlin et al. 2019, section 3.1: the sum of the mean losses of both.
 */
export function pretraining(
  encoder: Encoder,
  body: readonly ParamSpec[],
  parameterOf: Model["parameterOf"],
): Pretraining {
  const { columns: H, vocabularySize } = encoder.embeddings;
  const place = { group: "classifier", depth: encoder.layerCount + 1 } as const;
  const [, bias] = linearSpecs("cls.predictions", vocabularySize, H, place);
  return {
    architecture: "BertForPreTraining",
    params: [
      // The word table is the last layer's matrix as well, which a product takes whole.
      ...body.map((spec) => ({ ...spec, byRows: false })),
      bias,
      ...linearSpecs(`${transform}.dense`, H, H, place),
      ...normSpecs(`${transform}.LayerNorm`, H, place),
      ...linearSpecs(nextHead.output, 2, H, place),
    ],
    heads: { words: "cls.predictions.", next: "cls.seq_relationship." },
    parameterOf: (tensor) => parameterOf(tensor) ?? currentName(tensor),
    forward(s, params, { masked, chosen, originals, next }, at) {
      const states = encode(s, encoder, params, masked);
      const pair = firstTokenHead(s, nextHead, params, masked, states.out, 0);
      const dpair = tokenCrossEntropy(s, pair.out, next, { ...at, column: lossColumns.next });
      const words = wordHead(s, encoder, params, chosen, states.out);
      const dwords = tokenCrossEntropy(s, words.logits, originals, { ...at, column: lossColumns.words });
      return {
        back(s) {
          // The gradient of all hidden states, mostly zero.
          const dhidden = pair.back(s, dpair);
          words.back(s, dwords, dhidden);
          states.back(s, dhidden);
          s.free(dhidden);
        },
      };
    },
  };
}

/** A head over hidden states; `back` adds to the gradient it is given. */
interface WordHead {
  readonly logits: Tensor;
  back(s: Scope, dlogits: Tensor, dhidden: Tensor): void;
}

/** logits [chosen, vocabulary] of the chosen tokens only; its last layer is the word table itself. */
function wordHead(s: Scope, encoder: Encoder, params: ParamSet, chosen: Tensor, hidden: Tensor): WordHead {
  const table = params.of("bert.embeddings.word_embeddings.weight");
  const { gamma, beta } = params.norm(`${transform}.LayerNorm`);
  const gathered = gatherRows(s, "chosen hidden", hidden, chosen);
  const [weight, bias] = [params.of(`${transform}.dense.weight`), params.of(`${transform}.dense.bias`)];
  const dense = linear(s, "word transform", gathered.out, weight, bias);
  const activated = activate(s, "word activated", dense.out, encoder.layer.activation);
  const options = { epsilon: encoder.embeddings.layerNormEpsilon, dropout: 0 };
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
      s.free(dnormed, dgathered);
    },
  };
}
