import { columnsByName, holdsScores } from "../tables/columns.ts";
import { generalTask } from "../dataset/general.ts";

/** One text, a score: any table that is not one of GLUE's. */
export const singleScore = generalTask({
  id: "single-score",
  label: "One text, a score",
  summary: "Any table with one text and a number on a scale, learnt as it stands.",
  kind: "regression",
  pair: false,
  recognise(table) {
    const mapping = columnsByName(table, false, null);
    return mapping !== null && holdsScores(table, mapping.label) ? mapping : null;
  },
});
