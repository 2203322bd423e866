import { glueTask } from "../dataset/glue.ts";
import { columnsOfLayout } from "../tables/columns.ts";
import type { Table } from "../tables/table.ts";

/** Rows that are looked at, and the share of the second text's words that the first has as well: in WNLI nearly all. */
const [sampleCount, sharedWords] = [100, 0.85];

const layout = {
  first: "sentence1",
  second: "sentence2",
  label: "label",
  besides: ["index"],
  labels: ["0", "1"],
};

/** WNLI in the layout of its GLUE files. Source: Wang et al. 2019, section 3.3. */
export const wnli = glueTask({
  id: "wnli",
  label: "WNLI: what does the pronoun mean?",
  summary:
    "Does the sentence with its pronoun replaced follow from the original? 635 pairs to train on, 71 to test; the test labels are built against the train labels, so guessing the majority is hard to beat.",
  section: "3.3",
  metrics: [{ id: "accuracy", label: "Accuracy", primary: true }],
  classes: ["not_entailment", "entailment"],
  // Many files of pairs have these names and numbers.
  file: (table) => (repeatsItself(table) ? columnsOfLayout(table, layout) : null),
  texts: ["sentence1", "sentence2"],
  train: [635, 38_835],
  validation: [[71, 11_067]],
});

/** Whether the second texts say again what stands in the first, with a pronoun replaced. */
function repeatsItself(table: Table): boolean {
  const columns = columnsOfLayout(table, layout);
  if (columns === null) return false;
  const shares = Array.from({ length: Math.min(sampleCount, table.rows.length) }, (_, row) => {
    const [first, second] = [columns.first, columns.second ?? 0].map((column) => wordsOf(table.rows[row]?.[column]));
    const words = second ?? [];
    return words.filter((word) => first?.includes(word)).length / Math.max(1, words.length);
  });
  return shares.reduce((sum, share) => sum + share, 0) >= sharedWords * shares.length;
}

function wordsOf(text = ""): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
