import { columnsByName, holdsScores } from "../tables/columns.ts";
import { generalTask } from "../dataset/general.ts";

/** Two texts, a score: any table that is not one of GLUE's. */
export const pairScore = generalTask({
  id: "pair-score",
  label: "Two texts, a score",
  summary: "Any table with two texts and a number on a scale, learnt as it stands.",
  kind: "regression",
  pair: true,
  recognise(table) {
    const mapping = columnsByName(table, true, null);
    return mapping !== null && holdsScores(table, mapping.label) ? mapping : null;
  },
});
