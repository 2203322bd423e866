import { columnsOnHub } from "../tables/columns.ts";
import { isNumber } from "../tables/header.ts";
import type { Table } from "../tables/table.ts";
import { glueOnHub } from "../dataset/glue.ts";
import type { Task } from "../dataset/task.ts";

const classes = ["unacceptable", "acceptable"];

/** CoLA in the layout of its GLUE files: no header; source, label, author's mark, sentence. Source: Wang et al. 2019, section 3.1. */
export const cola: Task = {
  id: "cola",
  label: "CoLA: is the sentence grammatical?",
  summary:
    "Would a linguist accept the sentence? Examples from textbooks; 8,551 to train on, 1,043 to test, seven in ten acceptable.",
  source: {
    title: "GLUE: A Multi-Task Benchmark and Analysis Platform for Natural Language Understanding",
    authors: "A. Wang, A. Singh, J. Michael, F. Hill, O. Levy, S. Bowman",
    year: 2019,
    url: "https://openreview.net/forum?id=rJ4km2R5t7",
    where: "section 3.1",
  },
  fields: [],
  kind: "classification",
  pair: false,
  metrics: [
    { id: "matthews", label: "Matthews correlation", primary: true },
    { id: "accuracy", label: "Accuracy", primary: false },
  ],
  labels: classes,
  hub: glueOnHub("cola", [8551, 251_124], [1043, 37_551]),
  recognise(table) {
    if (table.header !== null) return columnsOnHub(table, ["sentence"], classes);
    if (table.columnCount !== 4) return null;
    const sample = table.rows.slice(0, 1000);
    const fitting = sample.filter(isColaRow);
    return fitting.length >= 0.9 * sample.length ? { first: 3, second: null, label: 1 } : null;
  },
};

function isColaRow(row: Table["rows"][number]): boolean {
  const [, label = "", mark = "", sentence = ""] = row;
  return (label === "0" || label === "1") && /^[*?]*$/.test(mark.trim()) && !isNumber(sentence);
}
