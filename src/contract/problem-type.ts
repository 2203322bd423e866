import type { TaskKind } from "./catalog.ts";

/** What Hugging Face's config.json calls a task's kind. */
export const problemTypes: Readonly<Record<TaskKind, string>> = {
  classification: "single_label_classification",
  "multi-label": "multi_label_classification",
  regression: "regression",
};
