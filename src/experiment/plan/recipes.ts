import type { Recipe } from "../../contract/catalog.ts";

const electra = { batchSize: 32, learningRate: 5e-5, warmupRatio: 0.1, layerDecay: 0.9 };
const bart = { epochs: 3, warmupRatio: 0.1 };
const deberta = { batchSize: 32 };
/** The paper does not tell DeBERTa's versions apart. */
const debertas = ["deberta", "deberta-v2"];

/**
 * What the paper trains the families of its table 4 with: that table's models are large ones. Of tasks and families that
 * are not here it says nothing. BERT's is its appendix C.
 *
 * Source: Zhang et al., NeurIPS 2022, appendix C and table 8.
 */
export const recipesOfThePaper: readonly Recipe[] = [
  recipe(["bert"], null, { batchSize: 16, learningRate: 2e-5, epochs: 3, warmupRatio: 0.1 }),
  recipe(["roberta"], ["rte"], { batchSize: 16, learningRate: 2e-5, steps: 2036, warmupSteps: 122 }),
  recipe(["roberta"], ["mrpc"], { batchSize: 16, learningRate: 1e-5, steps: 2296, warmupSteps: 137 }),
  recipe(["roberta"], ["stsb"], { batchSize: 16, learningRate: 2e-5, steps: 3598, warmupSteps: 214 }),
  recipe(["roberta"], ["cola"], { batchSize: 16, learningRate: 1e-5, steps: 5336, warmupSteps: 320 }),
  recipe(["electra"], ["rte", "stsb"], { ...electra, epochs: 10 }),
  recipe(["electra"], ["mrpc", "cola"], { ...electra, epochs: 3 }),
  recipe(["bart"], ["rte"], { ...bart, batchSize: 32, learningRate: 1e-5 }),
  recipe(["bart"], ["stsb"], { ...bart, batchSize: 32, learningRate: 2e-5 }),
  recipe(["bart"], ["mrpc", "cola"], { ...bart, batchSize: 64, learningRate: 2e-5 }),
  recipe(debertas, ["rte", "mrpc"], { ...deberta, learningRate: 1e-5, epochs: 6, warmupSteps: 50 }),
  recipe(debertas, ["stsb"], { ...deberta, learningRate: 7e-6, epochs: 4, warmupSteps: 100 }),
  recipe(debertas, ["cola"], { ...deberta, learningRate: 7e-6, epochs: 6, warmupSteps: 100 }),
];

function recipe(families: readonly string[], tasks: readonly string[] | null, training: Recipe["training"]): Recipe {
  return { families, tasks, training };
}
