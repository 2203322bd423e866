import { columnsOfLayout, columnsOnHub } from "../tables/columns.ts";
import { glueOnHub } from "../dataset/glue.ts";
import type { Task } from "../dataset/task.ts";

const classes = ["entailment", "neutral", "contradiction"];

/** MNLI in the layout of its GLUE files. Source: Wang et al. 2019, section 3.3. */
export const mnli: Task = {
  id: "mnli",
  label: "MNLI: entailment in ten genres",
  summary:
    "Does the premise entail the hypothesis, contradict it, or neither? 392,702 pairs to train on; two test sets, of the same genres and of others.",
  source: {
    title: "GLUE: A Multi-Task Benchmark and Analysis Platform for Natural Language Understanding",
    authors: "A. Wang, A. Singh, J. Michael, F. Hill, O. Levy, S. Bowman",
    year: 2019,
    url: "https://openreview.net/forum?id=rJ4km2R5t7",
    where: "section 3.3",
  },
  fields: [],
  kind: "classification",
  pair: true,
  metrics: [{ id: "accuracy", label: "Accuracy", primary: true }],
  labels: classes,
  hub: glueOnHub("mnli", [392_702, 52_224_361], [9815, 1_214_936], [9832, 1_251_152]),
  recognise(table) {
    return (
      columnsOfLayout(table, {
        first: "sentence1",
        second: "sentence2",
        label: "gold_label",
        besides: ["genre", "pairID"],
        labels: ["entailment", "neutral", "contradiction"],
      }) ?? columnsOnHub(table, ["premise", "hypothesis"], classes)
    );
  },
};
