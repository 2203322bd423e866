import { readFileSync } from "node:fs";
import type { ColumnMapping } from "../../src/contract/run.ts";

/** A small file in the layout of a GLUE file; its sentences are made up. */
export interface GlueFile {
  /** In glue/ beside this file. */
  readonly path: string;
  readonly task: string;
  readonly mapping: ColumnMapping;
  /** Label index, or score, of every row that can be used. */
  readonly labels: readonly number[];
  /** Lines that can not. */
  readonly skipped: readonly number[];
}

/** A mapping by column numbers from 0. */
export const columns = (first: number, second: number | null, label: number): ColumnMapping => ({
  first,
  second,
  label,
});
const digits = (text: string): readonly number[] => Array.from(text, Number);

/** A train and a dev file of every GLUE task. */
export const glueFiles: readonly GlueFile[] = [
  { path: "CoLA/train.tsv", task: "cola", mapping: columns(3, null, 1), labels: digits("10101000011"), skipped: [] },
  { path: "CoLA/dev.tsv", task: "cola", mapping: columns(3, null, 1), labels: digits("10101010"), skipped: [] },
  { path: "SST-2/train.tsv", task: "sst2", mapping: columns(0, null, 1), labels: digits("100101101"), skipped: [] },
  { path: "SST-2/dev.tsv", task: "sst2", mapping: columns(0, null, 1), labels: digits("10101010"), skipped: [] },
  { path: "MRPC/train.tsv", task: "mrpc", mapping: columns(3, 4, 0), labels: digits("101101011"), skipped: [] },
  { path: "MRPC/dev.tsv", task: "mrpc", mapping: columns(3, 4, 0), labels: digits("10101101"), skipped: [] },
  { path: "STS-B/train.tsv", task: "stsb", mapping: columns(7, 8, 9), labels: [5, 2.6, 4.4, 0, 4.2, 3.75, 4.8, 1, 0], skipped: [] },
  { path: "STS-B/dev.tsv", task: "stsb", mapping: columns(7, 8, 9), labels: [5, 1.4, 4, 0.2, 4.75, 2, 3.2, 4.6], skipped: [] },
  // A line end inside a question makes two lines of a row.
  { path: "QQP/train.tsv", task: "qqp", mapping: columns(3, 4, 5), labels: digits("10101010"), skipped: [8, 9] },
  { path: "QQP/dev.tsv", task: "qqp", mapping: columns(3, 4, 5), labels: digits("10101010"), skipped: [] },
  { path: "MNLI/train.tsv", task: "mnli", mapping: columns(8, 9, 11), labels: digits("021210021"), skipped: [] },
  { path: "MNLI/dev_matched.tsv", task: "mnli", mapping: columns(8, 9, 15), labels: digits("02201012"), skipped: [] },
  { path: "MNLI/dev_mismatched.tsv", task: "mnli", mapping: columns(8, 9, 15), labels: digits("01220121"), skipped: [] },
  { path: "QNLI/train.tsv", task: "qnli", mapping: columns(1, 2, 3), labels: digits("01001011"), skipped: [] },
  { path: "QNLI/dev.tsv", task: "qnli", mapping: columns(1, 2, 3), labels: digits("01010101"), skipped: [] },
  { path: "RTE/train.tsv", task: "rte", mapping: columns(1, 2, 3), labels: digits("01011001"), skipped: [] },
  { path: "RTE/dev.tsv", task: "rte", mapping: columns(1, 2, 3), labels: digits("01010101"), skipped: [] },
  { path: "WNLI/train.tsv", task: "wnli", mapping: columns(1, 2, 3), labels: digits("01101010"), skipped: [] },
  { path: "WNLI/dev.tsv", task: "wnli", mapping: columns(1, 2, 3), labels: digits("10100110"), skipped: [] },
]; // prettier-ignore

/** The file's bytes as a Blob. */
export function glueBlob(path: string): Blob {
  return new Blob([readFileSync(new URL(`glue/${path}`, import.meta.url))]);
}
