import type { ColumnMapping } from "../../contract/run.ts";
import { glueTask } from "../dataset/glue.ts";
import { isNumber } from "../tables/cells.ts";
import type { Table } from "../tables/table.ts";

/** CoLA in the layout of its GLUE files: no header; source, label, author's mark, sentence. Source: Wang et al. 2019, section 3.1. */
export const cola = glueTask({
  id: "cola",
  label: "CoLA: is the sentence grammatical?",
  summary:
    "Would a linguist accept the sentence? Examples from textbooks; 8,551 to train on, 1,043 to test, seven in ten acceptable.",
  section: "3.1",
  metrics: [
    { id: "matthews", label: "Matthews correlation", primary: true },
    { id: "accuracy", label: "Accuracy", primary: false },
  ],
  classes: ["unacceptable", "acceptable"],
  file: columnsOfFile,
  texts: ["sentence"],
  train: [8551, 251_124],
  validation: [[1043, 37_551]],
});

function columnsOfFile(table: Table): ColumnMapping | null {
  if (table.header !== null || table.columnCount !== 4) return null;
  const sample = table.rows.slice(0, 1000);
  const fitting = sample.filter(isColaRow);
  return fitting.length >= 0.9 * sample.length ? { first: 3, second: null, label: 1 } : null;
}

function isColaRow(row: Table["rows"][number]): boolean {
  const [, label = "", mark = "", sentence = ""] = row;
  return (label === "0" || label === "1") && /^[*?]*$/.test(mark.trim()) && !isNumber(sentence);
}
