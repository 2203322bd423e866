import { columnsByContent } from "../tables/columns-by-content.ts";
import { columnsByName, holdsScores } from "../tables/columns.ts";
import { generalTask } from "../dataset/general.ts";

/** Two texts, classes: any table that is not one of GLUE's. */
export const pair = generalTask({
  id: "pair",
  label: "Two texts, classes",
  summary:
    "Any table with two texts and a class: its labels are read off the train file, numbers in their order, words in alphabetical order.",
  kind: "classification",
  pair: true,
  recognise(table) {
    const mapping = columnsByName(table, true, null);
    if (mapping === null) return columnsByContent(table);
    return holdsScores(table, mapping.label) ? null : mapping;
  },
});
