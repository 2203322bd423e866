import { describe, expect, test, vi } from "vitest";
import { encodeSplit } from "../../src/data/dataset/batch.ts";
import { buildDataset } from "../../src/data/dataset/dataset.ts";
import { taskOf } from "../../src/data/dataset/recognise.ts";
import { readTable } from "../../src/data/tables/read-table.ts";
import type { Tokenizer } from "../../src/data/text/tokenizer.ts";
import { buildTransfer } from "../../src/data/dataset/transfer.ts";

/** How often the thread was let free while the work was done: breath.test.ts shows that others then have their turn. */
async function breathsDuring(work: () => Promise<unknown>): Promise<number> {
  const spy = vi.spyOn(globalThis, "setTimeout");
  await work();
  const { length } = spy.mock.calls;
  spy.mockRestore();
  return length;
}

const rowCount = 50_000;
const cells = Array.from({ length: rowCount }, (_, row) => [`premise ${row} is said`, `claim ${row}`, String(row % 2)]);
const names = ["premise", "hypothesis", "label"];
const object = (row: readonly string[]): object => Object.fromEntries(names.map((name, at) => [name, row[at]]));
const written = {
  tsv: [names, ...cells].map((row) => row.join("\t")).join("\n"),
  csv: [names, ...cells].map((row) => row.map((cell) => `"${cell}"`).join(",")).join("\n"),
  jsonl: cells.map((row) => JSON.stringify(object(row))).join("\n"),
};

/** Bytes that may be read, and rows that may be gone through, without a breath. */
const [mostBytes, mostRows] = [300_000, 10_000];

describe("a large file leaves the thread free", () => {
  test.each(["tsv", "csv", "jsonl"] as const)("while it is read as .%s", async (ending) => {
    const blob = new Blob([written[ending]]);
    let read = 0;
    const breaths = await breathsDuring(async () => (read = (await readTable(blob, `t.${ending}`)).rows.length));
    expect(read).toBe(rowCount);
    // Once all lines are read, the rows are gone through again where a header is to be taken off.
    const again = ending === "jsonl" ? 0 : rowCount / mostRows - 1;
    expect(breaths).toBeGreaterThanOrEqual(Math.floor(blob.size / mostBytes) + again);
  });

  test("while its examples are made, as train and as a set of another source", async () => {
    const table = await readTable(new Blob([written.tsv]), "t.tsv");
    const mapping = { first: 0, second: 1, label: 2 };
    const tables = { train: table, trainMapping: mapping, dev: table, devMapping: mapping };
    const choice = { task: taskOf("pair"), ...tables, devShare: 0.1, splitSeed: 0, sample: null };
    const once = rowCount / mostRows - 1;
    // Labels of train, examples of train, examples of dev.
    expect(await breathsDuring(() => buildDataset(choice))).toBeGreaterThanOrEqual(3 * once);
    const dataset = await buildDataset(choice);
    const set = { name: "Set", table, source: { kind: "file", name: "t.tsv" } } as const;
    expect(await breathsDuring(() => buildTransfer(set, dataset))).toBeGreaterThanOrEqual(2 * once);
  });

  /** A token a word; quick, so that only the breaths take turns. */
  const tokenizer: Tokenizer = {
    vocabularySize: 10,
    lowercase: true,
    unknownId: null,
    notes: [],
    encode: (first) => {
      const count = first.split(" ").length;
      return { ids: new Uint32Array(count), types: new Uint8Array(count), truncated: false };
    },
  };

  test.each([
    ["many short rows", 20_000, 1, 19],
    ["fewer long ones", 200, 5000, 30],
  ])("while it is tokenized: %s", async (_, count, length, least) => {
    const examples = Array.from({ length: count }, (_example, row) => {
      return { first: "a".repeat(length), second: null, label: row % 2, line: row + 1 };
    });
    const told: number[] = [];
    const split = { examples, skipped: [], skippedCount: 0 };
    const breaths = await breathsDuring(() => encodeSplit(split, tokenizer, 512, (done) => told.push(done)));
    expect(breaths).toBeGreaterThanOrEqual(least);
    // Whoever wants to end it is asked as often.
    expect(told.length).toBeGreaterThanOrEqual(least);
    expect(told.at(-1)).toBe(count);
  });
});
