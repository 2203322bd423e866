import { columnsOfLayout, columnsOnHub } from "../tables/columns.ts";
import { glueOnHub } from "../dataset/glue.ts";
import type { Task } from "../dataset/task.ts";

const classes = ["not_equivalent", "equivalent"];

/** MRPC in the layout of its GLUE files. Source: Wang et al. 2019, section 3.2. */
export const mrpc: Task = {
  id: "mrpc",
  label: "MRPC: paraphrases in the news",
  summary:
    "Do two sentences from the news say the same? 3,668 pairs to train on, 408 to test; two in three are paraphrases.",
  source: {
    title: "GLUE: A Multi-Task Benchmark and Analysis Platform for Natural Language Understanding",
    authors: "A. Wang, A. Singh, J. Michael, F. Hill, O. Levy, S. Bowman",
    year: 2019,
    url: "https://openreview.net/forum?id=rJ4km2R5t7",
    where: "section 3.2",
  },
  fields: [],
  kind: "classification",
  pair: true,
  metrics: [
    { id: "f1", label: "F1", primary: true },
    { id: "accuracy", label: "Accuracy", primary: false },
  ],
  labels: classes,
  hub: glueOnHub("mrpc", [3668, 649_281], [408, 75_678]),
  recognise(table) {
    return (
      columnsOfLayout(table, {
        first: "#1 String",
        second: "#2 String",
        label: "Quality",
        besides: ["#1 ID", "#2 ID"],
        labels: ["0", "1"],
      }) ?? columnsOnHub(table, ["sentence1", "sentence2"], classes)
    );
  },
};
