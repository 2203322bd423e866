import { columnsByName, holdsScores } from "../columns.ts";
import type { Task } from "../task.ts";

/** One text, a score: any table that is not one of GLUE's. */
export const singleScore: Task = {
  id: "single-score",
  label: "One text, a score",
  summary: "Any table with one text and a number on a scale, learnt as it stands.",
  source: {
    title: "Your own file",
    authors: "you",
    year: 2026,
    url: "",
    where: "columns by header name, or as you choose them",
  },
  fields: [],
  kind: "regression",
  pair: false,
  metrics: [
    { id: "spearman", label: "Spearman correlation", primary: true },
    { id: "pearson", label: "Pearson correlation", primary: false },
  ],
  labels: null,
  recognise(table) {
    const mapping = columnsByName(table, false, null);
    return mapping !== null && holdsScores(table, mapping.label) ? mapping : null;
  },
};
