import { columnsOfLayout, columnsOnHub } from "../tables/columns.ts";
import { glueOnHub } from "../dataset/glue.ts";
import type { Task } from "../dataset/task.ts";

const classes = ["entailment", "not_entailment"];

/** RTE in the layout of its GLUE files. Source: Wang et al. 2019, section 3.3. */
export const rte: Task = {
  id: "rte",
  label: "RTE: recognising textual entailment",
  summary:
    "Does the first text entail the second? News and encyclopaedia sentences; 2,490 pairs to train on, 277 to test.",
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
  hub: glueOnHub("rte", [2490, 583_976], [277, 69_020]),
  recognise(table) {
    return (
      columnsOfLayout(table, {
        first: "sentence1",
        second: "sentence2",
        label: "label",
        besides: ["index"],
        labels: ["entailment", "not_entailment"],
      }) ?? columnsOnHub(table, ["sentence1", "sentence2"], classes)
    );
  },
};
