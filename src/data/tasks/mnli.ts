import { glueTask } from "../dataset/glue.ts";

/** MNLI in the layout of its GLUE files. Source: Wang et al. 2019, section 3.3. */
export const mnli = glueTask({
  id: "mnli",
  label: "MNLI: entailment in ten genres",
  summary:
    "Does the premise entail the hypothesis, contradict it, or neither? 392,702 pairs to train on; two test sets, of the same genres and of others.",
  section: "3.3",
  metrics: [{ id: "accuracy", label: "Accuracy", primary: true }],
  classes: ["entailment", "neutral", "contradiction"],
  file: {
    first: "sentence1",
    second: "sentence2",
    label: "gold_label",
    besides: ["genre", "pairID"],
    labels: ["entailment", "neutral", "contradiction"],
  },
  texts: ["premise", "hypothesis"],
  train: [392_702, 52_224_361],
  validation: [
    [9815, 1_214_936],
    [9832, 1_251_152],
  ],
});
