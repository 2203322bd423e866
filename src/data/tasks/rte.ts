import { glueTask } from "../dataset/glue.ts";

/** RTE in the layout of its GLUE files. Source: Wang et al. 2019, section 3.3. */
export const rte = glueTask({
  id: "rte",
  label: "RTE: recognising textual entailment",
  summary:
    "Does the first text entail the second? News and encyclopaedia sentences; 2,490 pairs to train on, 277 to test.",
  section: "3.3",
  metrics: [{ id: "accuracy", label: "Accuracy", primary: true }],
  classes: ["entailment", "not_entailment"],
  file: {
    first: "sentence1",
    second: "sentence2",
    label: "label",
    besides: ["index"],
    labels: ["entailment", "not_entailment"],
  },
  texts: ["sentence1", "sentence2"],
  train: [2490, 583_976],
  validation: [[277, 69_020]],
});
