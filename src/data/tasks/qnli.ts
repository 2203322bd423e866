import { columnsOfLayout, columnsOnHub } from "../tables/columns.ts";
import { glueOnHub } from "../dataset/glue.ts";
import type { Task } from "../dataset/task.ts";

const classes = ["entailment", "not_entailment"];

/** QNLI in the layout of its GLUE files. Source: Wang et al. 2019, section 3.3. */
export const qnli: Task = {
  id: "qnli",
  label: "QNLI: does the sentence answer the question?",
  summary:
    "Made from the SQuAD questions: does the sentence hold the answer? 104,743 pairs to train on, 5,463 to test.",
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
  hub: glueOnHub("qnli", [104_743, 17_528_917], [5463, 872_062]),
  recognise(table) {
    return (
      columnsOfLayout(table, {
        first: "question",
        second: "sentence",
        label: "label",
        besides: ["index"],
        labels: ["entailment", "not_entailment"],
      }) ?? columnsOnHub(table, ["question", "sentence"], classes)
    );
  },
};
