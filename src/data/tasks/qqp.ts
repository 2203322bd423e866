import { glueTask } from "../dataset/glue.ts";

/** QQP in the layout of its GLUE files. Source: Wang et al. 2019, section 3.2. */
export const qqp = glueTask({
  id: "qqp",
  label: "QQP: duplicate questions",
  summary: "Do two questions from Quora ask the same? 363,846 pairs to train on, 40,430 to test.",
  section: "3.2",
  metrics: [
    { id: "f1", label: "F1", primary: true },
    { id: "accuracy", label: "Accuracy", primary: false },
  ],
  classes: ["not_duplicate", "duplicate"],
  file: {
    first: "question1",
    second: "question2",
    label: "is_duplicate",
    besides: ["qid1", "qid2"],
    labels: ["0", "1"],
  },
  texts: ["question1", "question2"],
  train: [363_846, 33_558_839],
  validation: [[40_430, 3_729_274]],
});
