import type { TaskKind } from "../../contract/catalog.ts";
import type { Task } from "./task.ts";

const metricsOf: Readonly<Record<TaskKind, Task["metrics"]>> = {
  classification: [
    { id: "accuracy", label: "Accuracy", primary: true },
    { id: "matthews", label: "Matthews correlation", primary: false },
  ],
  "multi-label": [
    { id: "micro_f1", label: "Micro F1", primary: true },
    { id: "macro_f1", label: "Macro F1", primary: false },
    { id: "subset_accuracy", label: "Subset accuracy", primary: false },
  ],
  regression: [
    { id: "spearman", label: "Spearman correlation", primary: true },
    { id: "pearson", label: "Pearson correlation", primary: false },
  ],
};

/** A task of whatever table: what its texts and labels are, and how such a table is known. Scores are learnt as they stand. */
export function generalTask({
  kind,
  ...own
}: Pick<Task, "id" | "label" | "summary" | "kind" | "pair" | "recognise">): Task {
  return {
    ...own,
    kind,
    source: {
      title: "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
      authors: "J. Devlin, M.-W. Chang, K. Lee, K. Toutanova",
      year: 2019,
      url: "https://aclanthology.org/N19-1423",
      where: "section 3.2 and figure 4: fine-tuning on single texts and pairs",
    },
    fields: [],
    metrics: metricsOf[kind],
    labels: null,
    hub: null,
  };
}
