import { columnsOfLayout, columnsOnHub } from "../tables/columns.ts";
import { glueOnHub } from "../dataset/glue.ts";
import type { Task } from "../dataset/task.ts";

/** STS-B in the layout of its GLUE files; raw scores 0 to 5. Source: Wang et al. 2019, section 3.2. */
export const stsb: Task = {
  id: "stsb",
  label: "STS-B: how alike are two sentences?",
  summary:
    "How alike are two sentences, from 0 to 5? Captions, news and forums; 5,749 pairs to train on, 1,500 to test.",
  source: {
    title: "GLUE: A Multi-Task Benchmark and Analysis Platform for Natural Language Understanding",
    authors: "A. Wang, A. Singh, J. Michael, F. Hill, O. Levy, S. Bowman",
    year: 2019,
    url: "https://openreview.net/forum?id=rJ4km2R5t7",
    where: "section 3.2",
  },
  fields: [],
  kind: "regression",
  pair: true,
  metrics: [
    { id: "spearman", label: "Spearman correlation", primary: true },
    { id: "pearson", label: "Pearson correlation", primary: false },
  ],
  labels: null,
  hub: glueOnHub("stsb", [5749, 502_065], [1500, 150_622]),
  recognise(table) {
    return (
      columnsOfLayout(table, {
        first: "sentence1",
        second: "sentence2",
        label: "score",
        besides: ["genre", "filename", "year"],
        labels: null,
      }) ?? columnsOnHub(table, ["sentence1", "sentence2"], null)
    );
  },
};
