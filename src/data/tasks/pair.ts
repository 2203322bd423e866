import { columnsByContent } from "../tables/columns-by-content.ts";
import { columnsByName, holdsScores } from "../tables/columns.ts";
import type { Task } from "../dataset/task.ts";

/** Two texts, classes: any table that is not one of GLUE's. */
export const pair: Task = {
  id: "pair",
  label: "Two texts, classes",
  summary:
    "Any table with two texts and a class: its labels are read off the train file, numbers in their order, words in alphabetical order.",
  source: {
    title: "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
    authors: "J. Devlin, M.-W. Chang, K. Lee, K. Toutanova",
    year: 2019,
    url: "https://aclanthology.org/N19-1423",
    where: "section 3.2 and figure 4: fine-tuning on single texts and pairs",
  },
  fields: [],
  kind: "classification",
  pair: true,
  metrics: [
    { id: "accuracy", label: "Accuracy", primary: true },
    { id: "matthews", label: "Matthews correlation", primary: false },
  ],
  labels: null,
  hub: null,
  recognise(table) {
    const mapping = columnsByName(table, true, null);
    if (mapping === null) return columnsByContent(table);
    return holdsScores(table, mapping.label) ? null : mapping;
  },
};
