import { generalTask } from "../dataset/general.ts";
import { columnsBesideSets } from "../tables/columns.ts";

/** Two texts, several labels: any table whose rows have lists of labels. */
export const pairLabels = generalTask({
  id: "pair-labels",
  label: "Two texts, several labels",
  summary:
    "Any table with two texts and any number of labels, each there or not: lists, names with a sign between them, or columns of 0 and 1.",
  kind: "multi-label",
  pair: true,
  recognise: (table) => columnsBesideSets(table, true),
});
