import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readOptions } from "../../../src/cli/options.ts";
import { dataOptions } from "../../../src/cli/request/data-request.ts";
import { partOptions, readParts, type Part } from "../../../src/cli/request/parts.ts";
import { catalog } from "../../../src/experiment/catalog.ts";

const all = catalog();
const folder = mkdtempSync(join(tmpdir(), "dps-parts-"));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

for (const name of ["a/electra", "b/electra", "RTE", "empty"]) mkdirSync(at(name), { recursive: true });
for (const name of ["train.tsv", "dev.tsv", "notes.md"]) writeFileSync(join(at("RTE"), name), "");

async function parts(line: string): Promise<readonly Part[] | null> {
  const given = readOptions(
    line.split(" ").filter((word) => word !== ""),
    [...dataOptions(all), ...partOptions("Data")],
  );
  return await readParts(given, all, { model: "bundled", sample: "sentiment" });
}

test("without several models or tasks there are no parts", async () => {
  expect(await parts("--model m --train t.tsv")).toBeNull();
});

test("every model goes with every task, models outermost, and each has a name of its own", async () => {
  const found = await parts(
    `--models bundled,${at("a/electra")},${at("b/electra")},google/electra-small --tasks rte,${at("RTE")},topic`,
  );
  expect(found?.map(({ name }) => name).slice(0, 7)).toEqual([
    "bundled-rte",
    "bundled-RTE-2",
    "bundled-topic",
    "electra-rte",
    "electra-RTE-2",
    "electra-topic",
    "electra-2-rte",
  ]);
  expect(new Set(found?.map(({ name }) => name.toLowerCase())).size).toBe(12);
  expect(found?.slice(-3).map(({ model, task, data }) => [model, task, data.model])).toEqual([
    ["electra-small", "rte", "google/electra-small"],
    ["electra-small", "RTE (2)", "google/electra-small"],
    ["electra-small", "topic", "google/electra-small"],
  ]);
  const [hub, files, sample] = found ?? [];
  expect(hub?.data).toMatchObject({ glue: { task: "rte", dev: null, revision: "main" }, train: null, sample: null });
  expect(files?.data).toMatchObject({
    train: join(at("RTE"), "train.tsv"),
    dev: join(at("RTE"), "dev.tsv"),
    glue: null,
  });
  expect(sample?.data).toMatchObject({ sample: "topic", train: null });
});

test("no two parts write one file", async () => {
  for (const name of ["a", "a-b", "b-c", "c"]) mkdirSync(at(`same/${name}`), { recursive: true });
  for (const name of ["b-c", "c"]) writeFileSync(join(at(`same/${name}`), "train.tsv"), "");
  const [models, tasks] = [
    ["a", "a-b"],
    ["b-c", "c"],
  ].map((names) => names.map((name) => at(`same/${name}`)).join(","));
  expect((await parts(`--models ${models} --tasks ${tasks}`))?.map(({ name }) => name)).toEqual([
    "a-b-c",
    "a-c",
    "a-b-b-c",
    "a-b-c-2",
  ]);
});

test("one of the two is enough: the other is as without it", async () => {
  const models = await parts(`--models bundled,${at("a/electra")} --sample topic`);
  expect(models?.map(({ name, data }) => [name, data.model, data.sample])).toEqual([
    ["bundled-topic", "bundled", "topic"],
    ["electra-topic", at("a/electra"), "topic"],
  ]);
  const tasks = await parts("--tasks topic,rte");
  expect(tasks?.map(({ name, data }) => [name, data.model])).toEqual([
    ["bundled-topic", "bundled"],
    ["bundled-rte", "bundled"],
  ]);
});

test.each([
  ["--models bundled,bundled", /--models names bundled twice/],
  ["--models bundled,", /nothing between two commas/],
  ["--models no/such/folder", /no folder or \.zip no\/such\/folder, and it is no id of the Hub/],
  ["--models bundled --model m", /--models names several, so --model has no place/],
  ["--tasks rte --train t.tsv", /--tasks names several, so --train has no place/],
  ["--tasks rtee", /"rtee" is no folder here, no sample task, and no GLUE task of the Hub, which are .*rte/],
  [`--tasks ${at("empty")}`, /holds no train\.tsv/],
])("%s is refused, saying why", async (line, why) => {
  await expect(parts(line)).rejects.toThrow(why);
});
