import { glueTask } from "../dataset/glue.ts";
import { columnsOfLayout } from "../tables/columns.ts";

/** SST-2 in the layout of its GLUE files. Source: Wang et al. 2019, section 3.1. */
export const sst2 = glueTask({
  id: "sst2",
  label: "SST-2: sentiment of film reviews",
  summary: "Is a phrase of a film review positive or negative? 67,349 phrases to train on, 872 sentences to test.",
  section: "3.1",
  metrics: [{ id: "accuracy", label: "Accuracy", primary: true }],
  classes: ["negative", "positive"],
  file: (table) =>
    // Many files of one sentence and a label have these names; in SST-2's every sentence ends with a blank.
    table.columnCount === 2 && table.rows.every(([sentence = ""]) => sentence.endsWith(" "))
      ? columnsOfLayout(table, {
          first: "sentence",
          second: null,
          label: "label",
          besides: [],
          labels: ["0", "1"],
        })
      : null,
  texts: ["sentence"],
  train: [67_349, 3_110_468],
  validation: [[872, 72_819]],
});
