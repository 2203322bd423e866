import { columnsOfLayout, columnsOnHub } from "../tables/columns.ts";
import { glueOnHub } from "../dataset/glue.ts";
import type { Task } from "../dataset/task.ts";

const classes = ["not_entailment", "entailment"];

/** WNLI in the layout of its GLUE files. Source: Wang et al. 2019, section 3.3. */
export const wnli: Task = {
  id: "wnli",
  label: "WNLI: what does the pronoun mean?",
  summary:
    "Does the sentence with its pronoun replaced follow from the original? 635 pairs to train on, 71 to test; the test labels are built against the train labels, so guessing the majority is hard to beat.",
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
  hub: glueOnHub("wnli", [635, 38_835], [71, 11_067]),
  recognise(table) {
    return (
      columnsOfLayout(table, {
        first: "sentence1",
        second: "sentence2",
        label: "label",
        besides: ["index"],
        labels: ["0", "1"],
      }) ?? columnsOnHub(table, ["sentence1", "sentence2"], classes)
    );
  },
};
