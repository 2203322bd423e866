import { columnsByName, holdsScores } from "../tables/columns.ts";
import type { Task } from "../dataset/task.ts";

/** One text, classes: any table that is not one of GLUE's. */
export const single: Task = {
  id: "single",
  label: "One text, classes",
  summary:
    "Any table with one text and a class: its labels are read off the train file, numbers in their order, words in alphabetical order.",
  source: {
    title: "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
    authors: "J. Devlin, M.-W. Chang, K. Lee, K. Toutanova",
    year: 2019,
    url: "https://aclanthology.org/N19-1423",
    where: "section 3.2 and figure 4: fine-tuning on single texts and pairs",
  },
  fields: [],
  kind: "classification",
  pair: false,
  metrics: [
    { id: "accuracy", label: "Accuracy", primary: true },
    { id: "matthews", label: "Matthews correlation", primary: false },
  ],
  labels: null,
  hub: null,
  recognise(table) {
    const mapping = columnsByName(table, false, null);
    return mapping !== null && !holdsScores(table, mapping.label) ? mapping : null;
  },
};
