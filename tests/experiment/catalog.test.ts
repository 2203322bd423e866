import { expect, test } from "vitest";
import { families } from "../../src/nn/families/index.ts";
import { catalog } from "../../src/experiment/catalog.ts";

test("presets stand smallest first, with the parameters their papers and cards give", () => {
  const { presets } = catalog();
  const counts = presets.map(({ id, parameterCount }) => `${id} ${(parameterCount / 1e6).toFixed(1)}`);
  // Turc et al. 2019, table 1 gives 4.4, 11.3, 29.1, 41.7 and 110.1; the cards 109 and 336 (with the head of pre-training); Sanh et al.
  // 2019, table 3 gives 66 for the uncased DistilBERT; Clark et al. 2020, table 1 gives 14 for ELECTRA small; the cards 82 and 125; its repository 140
  // for BART base; the cards of DeBERTa v3 48 + 22 and 98 + 44, words and the rest; DeBERTa's repository 139.
  expect(counts).toEqual([
    "google/bert_uncased_L-2_H-128_A-2 4.4",
    "google/bert_uncased_L-4_H-256_A-4 11.2",
    "google/electra-small-discriminator 13.5",
    "google/bert_uncased_L-4_H-512_A-8 28.8",
    "google/bert_uncased_L-8_H-512_A-8 41.4",
    "distilbert/distilbert-base-cased 65.2",
    "distilbert/distilbert-base-uncased 66.4",
    "microsoft/deberta-v3-xsmall 70.8",
    "distilbert/distilroberta-base 81.5",
    "google-bert/bert-base-cased 108.3",
    "google-bert/bert-base-uncased 109.5",
    "FacebookAI/roberta-base 124.1",
    "microsoft/deberta-base 139.2",
    "facebook/bart-base 139.4",
    "microsoft/deberta-v3-small 141.9",
    "FacebookAI/xlm-roberta-base 277.5",
    "google-bert/bert-large-uncased 335.1",
  ]);
});

test("a family is adaptable where its models have a pre-training", () => {
  for (const family of families) {
    for (const { config } of family.presets) {
      expect(family.open(config).pretraining !== undefined).toBe(family.adaptable);
    }
  }
});
