import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import type { Example } from "../../../src/data/dataset/examples.ts";
import { openFolder, type Folder } from "../../../src/models/folder.ts";

/**
 * Small models of several families and what transformers makes of them: FAMILIES, or a folder beside the repository that is
 * never committed.
 */
const root =
  process.env["FAMILIES"] ?? fileURLToPath(new URL("../../../../shared/families/expected/dev", import.meta.url));

const numbers = v.record(v.string(), v.number());
const rows = v.array(v.array(v.number()));
const expected = v.object({
  losses: v.array(v.number()),
  gradNorms: v.array(v.number()),
  stages: v.array(v.number()),
  first: v.object({ logits: rows, loss: v.number(), gradNorm: v.number(), gradNorms: numbers }),
  devLogits: rows,
  finalNorms: numbers,
  maskDensity: numbers,
  tokens: v.array(v.object({ ids: v.array(v.number()), types: v.array(v.number()) })),
  groups: v.record(v.string(), v.tuple([v.string(), v.nullable(v.number())])),
  selectable: v.array(v.string()),
});

/** What is known of a family's run on a task; norms by parameter. */
export type ExpectedRun = v.InferOutput<typeof expected>;

/** Whether the models are there; where not, says so, so that skipped tests are seen. */
export function hasFamilies(): boolean {
  const found = existsSync(root) && existsSync(glue);
  if (!found) console.log(`skipped: ${root} or ${glue} is not here`);
  return found;
}

export function readExpected(name: string): ExpectedRun {
  return v.parse(expected, JSON.parse(readFileSync(`${root}/${name}.json`, "utf8")));
}

/** A family's model, as a dropped folder. */
export async function familyFolder(family: string): Promise<Folder> {
  const at = `${root}/models/${family}`;
  const files = readdirSync(at).map((name) => ({
    path: `${family}/${name}`,
    file: new Blob([readFileSync(`${at}/${name}`)]),
  }));
  return await openFolder(files);
}

/** A family's tokenizer as tokenizer.json, where its folder has it in another form. */
export function sharedTokenizer(family: string): string {
  return readFileSync(`${root}/${family}.tokenizer.json`, "utf8");
}

const glue = process.env["GLUE"] ?? fileURLToPath(new URL("../../../../shared/data/glue", import.meta.url));

/** The first rows of a task's file, with their class. FAMILIES of another seed were trained on the files the other way round. */
export function taskRows(task: "rte" | "sst2", part: "train" | "dev", count: number): readonly Example[] {
  const turned = process.env["FAMILIES"] === undefined ? part : part === "train" ? "dev" : "train";
  const path = `${glue}/${task === "rte" ? "RTE" : "SST-2"}/${turned}.tsv`;
  const [header = "", ...lines] = readFileSync(path, "utf8").split("\n");
  const names = header.trim().split("\t");
  const cell = (cells: readonly string[], name: string): string => cells[names.indexOf(name)] ?? "";
  return lines.slice(0, count).map((line, index): Example => {
    const cells = line.replace(/\r$/, "").split("\t");
    return task === "rte"
      ? {
          first: cell(cells, "sentence1"),
          second: cell(cells, "sentence2"),
          label: Number(cell(cells, "label") === "not_entailment"),
          line: index + 2,
        }
      : { first: cell(cells, "sentence"), second: null, label: Number(cell(cells, "label")), line: index + 2 };
  });
}

const cases = v.object({
  rows: v.array(v.tuple([v.string(), v.nullable(v.string())])),
  ids: v.record(v.string(), v.array(v.object({ ids: v.array(v.number()), types: v.array(v.number()) }))),
});

/** Odd texts and pairs, and what transformers makes of them, at most 64 tokens long. */
export function tokenCases(family: string) {
  const { rows: texts, ids } = v.parse(cases, JSON.parse(readFileSync(`${root}/tokens.json`, "utf8")));
  return texts.map(([first, second], row) => ({ first, second, encoding: ids[family]?.[row] }));
}
