import { glueTask } from "../dataset/glue.ts";

/** MRPC in the layout of its GLUE files. Source: Wang et al. 2019, section 3.2. */
export const mrpc = glueTask({
  id: "mrpc",
  label: "MRPC: paraphrases in the news",
  summary:
    "Do two sentences from the news say the same? 3,668 pairs to train on, 408 to test; two in three are paraphrases.",
  section: "3.2",
  metrics: [
    { id: "f1", label: "F1", primary: true },
    { id: "accuracy", label: "Accuracy", primary: false },
  ],
  classes: ["not_equivalent", "equivalent"],
  file: {
    first: "#1 String",
    second: "#2 String",
    label: "Quality",
    besides: ["#1 ID", "#2 ID"],
    labels: ["0", "1"],
  },
  texts: ["sentence1", "sentence2"],
  train: [3668, 649_281],
  validation: [[408, 75_678]],
});
