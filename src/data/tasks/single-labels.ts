import { generalTask } from "../dataset/general.ts";
import { columnsBesideSets } from "../tables/columns.ts";

/** One text, several labels: any table whose rows have lists of labels. */
export const singleLabels = generalTask({
  id: "single-labels",
  label: "One text, several labels",
  summary:
    "Any table with one text and any number of labels, each there or not: lists, names with a sign between them, or columns of 0 and 1.",
  kind: "multi-label",
  pair: false,
  recognise: (table) => columnsBesideSets(table, false),
});
