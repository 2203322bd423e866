import { chosenDropout, dropoutField } from "./dropout.ts";
import type { Method } from "./method.ts";

/** Plain fine-tuning: every weight follows its gradient in every step. The baseline of all others. */
export const vanilla: Method = {
  id: "vanilla",
  label: "Vanilla",
  summary:
    "Plain fine-tuning: every weight of the pre-trained model is trained in every step. " +
    "It is what the other methods are measured against.",
  source: {
    title: "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
    authors: "J. Devlin, M.-W. Chang, K. Lee, K. Toutanova",
    year: 2019,
    url: "https://aclanthology.org/N19-1423/",
    where: "Section 4.1; recipe as in Appendix C of the DPS paper",
  },
  fields: [dropoutField("the model's own rates")],
  equation: "W ← AdamW(W, clip(g))",
  departs: [],
  stages: [],
  lossNote: null,
  dropout: (values, model) => chosenDropout(values, model),
  start: () => ({ stage: () => 0 }),
};
