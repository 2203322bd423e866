import { beforeEach, describe, expect, test } from "vitest";
import type { DataRecord, TableRecord } from "../../src/contract/run.ts";
import type { Workspace } from "../../src/experiment/workspace.ts";
import { rteTable } from "../models/tiny-folder.ts";
import { anyChoice, refusalOf, tinyLength, tinyWorkspace } from "./refusal.ts";

let workspace: Workspace;
beforeEach(async () => {
  workspace = await tinyWorkspace();
});

const give = async (name: string, content: string | null): Promise<TableRecord | null> =>
  await workspace.loadTransfer(name, content === null ? null : { path: "set.tsv", file: new Blob([content]) });
const prepare = async (maxLength = tinyLength): Promise<DataRecord> =>
  await workspace.prepareData(anyChoice, maxLength);
const namesOf = ({ transfers }: DataRecord): readonly string[] => transfers.map(({ name }) => name);

const three = [
  "premise\thypothesis\tgold_label",
  "the cat sat\ta cat sat\tentailment",
  "the dog ran\ta cat sat\tcontradiction",
  "the dog ran\ta dog\t-",
  "the dog ran\tthe old dog\tneutral",
].join("\n");

describe("a set of another source", () => {
  test("is read, prepared with the data, described and told of where it leaves something out", async () => {
    expect(await give("MNLI", three)).toMatchObject({ name: "set.tsv", rowCount: 4, columnCount: 3 });
    const record = await prepare();
    expect(record.transfers).toEqual([
      {
        name: "MNLI",
        source: { kind: "file", name: "set.tsv" },
        rowCount: 3,
        labels: ["entailment", "not_entailment"],
        mapping: 'Of the set\'s labels, "contradiction" and "neutral" count as "not_entailment".',
      },
    ]);
    expect(record.warnings.slice(1)).toEqual([expect.stringMatching(/^The set "MNLI" leaves out one line: line 4, no label \(-\)/)]);
    expect([record.train.count, record.dev.count]).toEqual([16, 6]);
  }); // prettier-ignore

  test("takes its namesake's place, keeps the order, and goes when it is taken away", async () => {
    await give("A", rteTable(4));
    await give("B", rteTable(5));
    await give("A", rteTable(6));
    const both = await prepare();
    expect(both.transfers.map(({ name, rowCount }) => [name, rowCount])).toEqual([
      ["A", 6],
      ["B", 5],
    ]);
    expect(await give("A", null)).toBeNull();
    expect(namesOf(await prepare())).toEqual(["B"]);
    expect(await give("never there", null)).toBeNull();
  });

  test("asks for the data to be prepared again, and survives other tables and models", async () => {
    await give("A", rteTable(4));
    const plan = { methods: [{ id: "vanilla", values: {} }], seeds: [1], training: {}, grid: [] };
    const refusal = await refusalOf(workspace.experiment({ ...plan, order: "sequential" }));
    expect(refusal.message).toMatch(/No data are ready/);
    await workspace.loadTable("train", { path: "train.tsv", file: new Blob([rteTable(12)]) });
    expect(namesOf(await prepare())).toEqual(["A"]);
  });

  test("is tokenized with the others: progress counts all rows", async () => {
    await give("A", rteTable(4));
    const told: [number, number][] = [];
    await workspace.prepareData(anyChoice, tinyLength, (done, total) => told.push([done, total]));
    expect(told).toEqual([
      [16, 26],
      [22, 26],
      [26, 26],
    ]);
  });

  test("two that are read at once both come; of one name the later", async () => {
    const outcomes = await Promise.allSettled([give("A", rteTable(4)), give("B", rteTable(5)), give("A", rteTable(6))]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    const { transfers } = await prepare();
    expect(new Map(transfers.map(({ name, rowCount }) => [name, rowCount]))).toEqual(new Map([["A", 6], ["B", 5]])); // prettier-ignore
  });

  test.each([
    ["", /cannot be called ""/],
    [" A", /no blank at its ends/],
    ["a@b", /no "@"/],
    ["a\nb", /no control character/],
    ["a\u202Eb", /no control character/],
    ["x".repeat(61), /1 to 60 characters/],
  ])("has a name that can be shown and told apart: not %j", async (name, message) => {
    const refusal = await refusalOf(give(name, rteTable(4)));
    expect(refusal.code).toBe("bad-settings");
    expect(refusal.message).toMatch(message);
    expect(namesOf(await prepare())).toEqual([]);
  });

  test("may have any other name, of up to 60 characters", async () => {
    const names = ["MNLI-m / 2018", "ação", "🙂".repeat(30)];
    for (const name of names) await give(name, rteTable(4));
    expect(namesOf(await prepare())).toEqual(names);
  });

  test("is refused as the twenty-first, also where many come at once, but may replace one", async () => {
    const many = Array.from({ length: 21 }, (_, index) => give(`set ${index}`, rteTable(4)));
    const outcomes = await Promise.allSettled(many);
    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    expect(refused).toEqual([
      expect.objectContaining({ code: "bad-settings", message: expect.stringContaining("There are 20 sets") }),
    ]);
    const names = namesOf(await prepare());
    expect(names.length).toBe(20);
    await give(names[3] ?? "", rteTable(6));
    expect((await prepare()).transfers[3]).toMatchObject({ name: names[3], rowCount: 6 });
    expect((await refusalOf(give("one more", rteTable(4)))).message).toMatch(/Take one away before you add one more/);
  });

  test.each([
    ["is empty", "", "bad-table", /set\.tsv is empty/],
    ["has one text a row", "sentence\tlabel\na\t1\nb\t0", "bad-columns", /The set "A": The task rte takes two texts/],
    ["has other labels", three.replace("neutral", "joy"), "bad-labels", /The set "A": .*"joy"/],
  ] as const)("that %s is refused by its name", async (_, content, code, message) => {
    const refusal = await refusalOf(give("A", content).then(() => prepare()));
    expect(refusal.message).toMatch(message);
    expect(refusal.code).toBe(code);
  }); // prettier-ignore
});
