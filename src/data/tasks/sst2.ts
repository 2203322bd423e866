import { columnsOfLayout, columnsOnHub } from "../tables/columns.ts";
import { glueOnHub } from "../dataset/glue.ts";
import type { Task } from "../dataset/task.ts";

const classes = ["negative", "positive"];

/** SST-2 in the layout of its GLUE files. Source: Wang et al. 2019, section 3.1. */
export const sst2: Task = {
  id: "sst2",
  label: "SST-2: sentiment of film reviews",
  summary: "Is a phrase of a film review positive or negative? 67,349 phrases to train on, 872 sentences to test.",
  source: {
    title: "GLUE: A Multi-Task Benchmark and Analysis Platform for Natural Language Understanding",
    authors: "A. Wang, A. Singh, J. Michael, F. Hill, O. Levy, S. Bowman",
    year: 2019,
    url: "https://openreview.net/forum?id=rJ4km2R5t7",
    where: "section 3.1",
  },
  fields: [],
  kind: "classification",
  pair: false,
  metrics: [{ id: "accuracy", label: "Accuracy", primary: true }],
  labels: classes,
  hub: glueOnHub("sst2", [67_349, 3_110_468], [872, 72_819]),
  recognise(table) {
    // Two columns and no more: other sentiment sets have names like these and further columns.
    if (table.columnCount !== 2) return columnsOnHub(table, ["sentence"], classes);
    return columnsOfLayout(table, {
      first: "sentence",
      second: null,
      label: "label",
      besides: [],
      labels: ["0", "1"],
    });
  },
};
