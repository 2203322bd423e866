import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readSampleIndex } from "../../src/contract/sources/samples.ts";

/** Folder of the sample tasks that ship with the page, ending in a slash. */
const tasksFolder = fileURLToPath(new URL("../../public/tasks/", import.meta.url));

/** The sample tasks that ship with the page. */
export const sampleTasks = readSampleIndex(JSON.parse(readFileSync(`${tasksFolder}index.json`, "utf8")));

/** A row of a sample task: the label as written, one text or two, its subject, and why it is hard, or "". */
export interface SampleRow {
  readonly label: string;
  readonly texts: readonly string[];
  readonly subject: string;
  readonly note: string;
}

/** A sample task's rows. Errors: Error, where a line has not as many cells as the header. */
export function sampleRows(id: string, split: "train" | "dev"): readonly SampleRow[] {
  const [header = "", ...lines] = readFileSync(`${tasksFolder}${id}/${split}.tsv`, "utf8")
    .replace(/\n$/, "")
    .split("\n");
  const names = header.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    if (cells.length !== names.length) throw new Error(`${id}/${split}.tsv: ${line} has ${cells.length} cells`);
    const cell = (name: string): string => cells[names.indexOf(name)] ?? "";
    const texts = cells.filter((_, index) => names[index]?.startsWith("sentence"));
    return { label: cell("label"), texts, subject: cell("subject"), note: cell("note") };
  });
}
