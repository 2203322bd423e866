import { glueTask } from "../dataset/glue.ts";

/** QNLI in the layout of its GLUE files. Source: Wang et al. 2019, section 3.3. */
export const qnli = glueTask({
  id: "qnli",
  label: "QNLI: does the sentence answer the question?",
  summary:
    "Made from the SQuAD questions: does the sentence hold the answer? 104,743 pairs to train on, 5,463 to test.",
  section: "3.3",
  metrics: [{ id: "accuracy", label: "Accuracy", primary: true }],
  classes: ["entailment", "not_entailment"],
  file: {
    first: "question",
    second: "sentence",
    label: "label",
    besides: ["index"],
    labels: ["entailment", "not_entailment"],
  },
  texts: ["question", "sentence"],
  train: [104_743, 17_528_917],
  validation: [[5463, 872_062]],
});
