import { columnsByName, holdsScores } from "../tables/columns.ts";
import type { Task } from "../dataset/task.ts";

/** One text, a score: any table that is not one of GLUE's. */
export const singleScore: Task = {
  id: "single-score",
  label: "One text, a score",
  summary: "Any table with one text and a number on a scale, learnt as it stands.",
  source: {
    title: "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
    authors: "J. Devlin, M.-W. Chang, K. Lee, K. Toutanova",
    year: 2019,
    url: "https://aclanthology.org/N19-1423",
    where: "section 3.2 and figure 4: fine-tuning on single texts and pairs",
  },
  fields: [],
  kind: "regression",
  pair: false,
  metrics: [
    { id: "spearman", label: "Spearman correlation", primary: true },
    { id: "pearson", label: "Pearson correlation", primary: false },
  ],
  labels: null,
  hub: null,
  recognise(table) {
    const mapping = columnsByName(table, false, null);
    return mapping !== null && holdsScores(table, mapping.label) ? mapping : null;
  },
};
