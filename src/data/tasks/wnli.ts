import { glueTask } from "../dataset/glue.ts";

/** WNLI in the layout of its GLUE files. Source: Wang et al. 2019, section 3.3. */
export const wnli = glueTask({
  id: "wnli",
  label: "WNLI: what does the pronoun mean?",
  summary:
    "Does the sentence with its pronoun replaced follow from the original? 635 pairs to train on, 71 to test; the test labels are built against the train labels, so guessing the majority is hard to beat.",
  section: "3.3",
  metrics: [{ id: "accuracy", label: "Accuracy", primary: true }],
  classes: ["not_entailment", "entailment"],
  file: {
    first: "sentence1",
    second: "sentence2",
    label: "label",
    besides: ["index"],
    labels: ["0", "1"],
  },
  texts: ["sentence1", "sentence2"],
  train: [635, 38_835],
  validation: [[71, 11_067]],
});
