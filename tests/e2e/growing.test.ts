import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { rteTable } from "../models/tiny-folder.ts";
import { choose, fill, folded, openSteps, origin, unfold, tinyBench } from "./steps.ts";

const bench = tinyBench();

const completed = () =>
  bench.opened.page.getByRole("region", { name: "All runs" }).getByRole("row").filter({ hasText: "completed" }).count();
const patient = { timeout: 120_000 };

/** Loads the tiny model and a table. */
async function load(): Promise<void> {
  const { page } = bench.opened;
  await origin(page, "Model", "From disk");
  await choose(page, "Choose a folder: a model folder", bench.tiny);
  await folded(page, "Model");
  await origin(page, "Data", "Your files");
  const buffer = Buffer.from(rteTable(12));
  const table = { name: "train.tsv", mimeType: "text/tab-separated-values", buffer };
  await choose(page, "Choose a file: the training table", table);
  await openSteps(page, "Training");
  // The tiny model has no more positions.
  await fill(page, "Longest input", "16");
  await page.getByRole("region", { name: "What will be trained on" }).waitFor();
}

test("seeds and a method are added after the end, and join the same result", async () => {
  const { page } = bench.opened;
  await load();
  await unfold(page);
  for (const method of ["Vanilla", "DPS Dense", "DPS Mix"]) {
    await page.getByRole("checkbox", { name: method }).setChecked(method === "Vanilla");
  }
  await fill(page, "Seeds", "1, 2");
  await fill(page, "Steps", "10");
  await fill(page, "Batch size", "2");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect.poll(completed, patient).toBe(2);
  await page.getByRole("button", { name: "1 seed", exact: true }).click();
  await expect.poll(completed, patient).toBe(3);
  const adding = page.getByRole("combobox", { name: "Add a method to the experiment" });
  await expect.poll(() => adding.isEnabled(), patient).toBe(true);
  await adding.selectOption("mixout");
  await expect.poll(completed, patient).toBe(6);
  await page.getByRole("button", { name: "Run", exact: true }).waitFor(patient);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "result.json" }).click();
  const result = JSON.parse(await readFile(await (await download).path(), "utf8"));
  expect(result.config.plan).toMatchObject({ seeds: [1, 2, 3], methods: [{ id: "vanilla" }, { id: "mixout" }] });
  expect(result.runs).toHaveLength(6);
  const [compared] = result.comparisons;
  expect(compared).toMatchObject({ method: "mixout", reference: "vanilla", seeds: [1, 2, 3] });
  await page.getByRole("listitem").filter({ hasText: compared.sentence }).waitFor();
  expect(bench.opened.complaints).toEqual([]);
});

test("a learning rate is looked for, and taken", async () => {
  const { page } = bench.opened;
  await page.getByRole("button", { name: "Find a learning rate" }).click();
  await page.getByRole("button", { name: "Find a rate again" }).waitFor(patient);
  await page.getByRole("figure", { name: /^Loss over the learning rate/ }).waitFor();
  const told = page.getByText(/^This search speaks for/);
  const rate = /^This search speaks for (\S+):/.exec(await told.innerText())?.[1] ?? "";
  await page.getByRole("button", { name: "Use it" }).click();
  await page.getByText("It is used.").waitFor();
  expect(await page.getByRole("textbox", { name: "Learning rate", exact: true }).inputValue()).toBe(rate);
  expect(await completed()).toBe(6);
  expect(bench.opened.complaints).toEqual([]);
});
