import { singleByContent } from "../tables/columns-by-content.ts";
import { columnsByName, holdsScores } from "../tables/columns.ts";
import { generalTask } from "../dataset/general.ts";

/** One text, classes: any table that is not one of GLUE's. */
export const single = generalTask({
  id: "single",
  label: "One text, classes",
  summary:
    "Any table with one text and a class: its labels are read off the train file, numbers in their order, words in alphabetical order.",
  kind: "classification",
  pair: false,
  recognise(table) {
    const mapping = columnsByName(table, false, null) ?? singleByContent(table);
    return mapping !== null && !holdsScores(table, mapping.label) ? mapping : null;
  },
});
