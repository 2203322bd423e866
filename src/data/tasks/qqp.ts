import { columnsOfLayout, columnsOnHub } from "../tables/columns.ts";
import { glueOnHub } from "../dataset/glue.ts";
import type { Task } from "../dataset/task.ts";

const classes = ["not_duplicate", "duplicate"];

/** QQP in the layout of its GLUE files. Source: Wang et al. 2019, section 3.2. */
export const qqp: Task = {
  id: "qqp",
  label: "QQP: duplicate questions",
  summary: "Do two questions from Quora ask the same? 363,846 pairs to train on, 40,430 to test.",
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
  hub: glueOnHub("qqp", [363_846, 33_558_839], [40_430, 3_729_274]),
  recognise(table) {
    return (
      columnsOfLayout(table, {
        first: "question1",
        second: "question2",
        label: "is_duplicate",
        besides: ["qid1", "qid2"],
        labels: ["0", "1"],
      }) ?? columnsOnHub(table, ["question1", "question2"], classes)
    );
  },
};
