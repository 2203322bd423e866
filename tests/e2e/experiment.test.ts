import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { rteTable } from "../models/tiny-folder.ts";
import { choose, fill, folded, openSteps, origin, unfold, tinyBench } from "./steps.ts";

const bench = tinyBench();

const tableFile = (name: string, text: string) => {
  return { name, mimeType: "text/tab-separated-values", buffer: Buffer.from(text) };
};

test("a set of another source is read beside the tables", async () => {
  const { page } = bench.opened;
  await origin(page, "Model", "From disk");
  await choose(page, "Choose a folder: a model folder", bench.tiny);
  await folded(page, "Model");
  await origin(page, "Data", "Your files");
  await choose(page, "Choose a file: the training table", tableFile("train.tsv", rteTable(12)));
  await page.getByText("Also score on other sets").click();
  await choose(page, "Choose files: sets of other sources", tableFile("elsewhere.tsv", rteTable(5)));
  await openSteps(page, "Training");
  await fill(page, "Longest input", "16");
  await page.getByRole("region", { name: "Set elsewhere" }).getByText("5 rows").waitFor();
  await page.getByRole("region", { name: "What will be trained on" }).waitFor();
  expect(bench.opened.complaints).toEqual([]);
});

test("a setting is varied, side by side; a run is cancelled and one is added while it goes on", async () => {
  const { page } = bench.opened;
  await unfold(page);
  for (const method of ["Vanilla", "DPS Dense", "DPS Mix"]) {
    await page.getByRole("checkbox", { name: method }).setChecked(method !== "DPS Mix");
  }
  await fill(page, "Seeds", "1, 2");
  const dense = page.getByRole("region", { name: "DPS Dense" });
  await dense.getByText(/^What it does/).click();
  await dense.getByRole("textbox", { name: "Update ratio" }).fill("0.5");
  // Long enough that no run ends before it is cancelled.
  await fill(page, "Steps", "60");
  await fill(page, "Batch size", "2");
  await page.getByRole("button", { name: "Add a setting" }).click();
  await page.getByRole("combobox", { name: "Setting 1 that is varied" }).selectOption("frozenShare");
  await fill(page, "Values of Trained share", "0.9, 0.5");
  await page.getByText("Side by side", { exact: true }).click();
  await page.getByText("2 methods × 2 seeds, 1 setting varied = 6 runs").waitFor();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("button", { name: "Cancel DPS Dense, Trained share 0.5, seed 2" }).click();
  await page.getByRole("button", { name: "1 seed", exact: true }).click();
  const rows = page.getByRole("region", { name: "All runs" }).getByRole("row");
  await page.getByRole("button", { name: "Run", exact: true }).waitFor({ timeout: 120_000 });
  await expect.poll(() => rows.filter({ hasText: "completed" }).count()).toBe(8);
  expect(await rows.filter({ hasText: "stopped" }).innerText()).toMatch(/DPS Dense\s+0\.5\s+2\s/);
  expect(await rows.count()).toBe(1 + 9);
  const sweep = page.getByRole("figure", { name: "Accuracy by trained share" });
  expect(await sweep.innerText()).toMatch(/Line across: Vanilla, mean of 3 seeds/);
  const far = await page.getByRole("region", { name: "Scores on sets of other sources" }).innerText();
  // Under a mean may stand that seeds predict one class only.
  expect(far).toMatch(/Dev\s+elsewhere[^]*Vanilla\s+[\d.]+ ± [\d.]+[^±]*\s[\d.]+ ± [\d.]+/);
  expect(bench.opened.complaints).toEqual([]);
});

test("the plan is kept over a reload, saved as a file, and opened again", async () => {
  const { page } = bench.opened;
  await page.getByText("Save and open plans").click();
  await fill(page, "Name of the plan", "Two shares");
  await page.getByRole("button", { name: "Save in this browser" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "plan.json" }).click();
  const file = await readFile(await (await download).path(), "utf8");
  expect(JSON.parse(file)).toMatchObject({
    name: "Two shares",
    seeds: "1, 2",
    grid: [{ field: "frozenShare", values: [0.1, 0.5] }],
    order: "interleaved",
  });
  await page.getByRole("button", { name: "Do not vary Trained share" }).click();
  await page.reload();
  await unfold(page);
  await page.getByText("Save and open plans").click();
  expect(await page.getByRole("textbox", { name: "Values of Trained share" }).count()).toBe(0);
  await page.getByRole("button", { name: "Use the plan Two shares" }).click();
  expect(await page.getByRole("textbox", { name: "Values of Trained share" }).inputValue()).toBe("0.9, 0.5");
  await page.getByRole("button", { name: "Delete the plan Two shares" }).click();
  await fill(page, "Seeds", "7");
  await choose(page, "Open a plan", { name: "plan.json", mimeType: "application/json", buffer: Buffer.from(file) });
  const seeds = page.getByRole("textbox", { name: "Seeds", exact: true });
  await expect.poll(() => seeds.inputValue()).toBe("1, 2");
  expect(await page.getByRole("list", { name: "Plans saved in this browser" }).count()).toBe(0);
  expect(bench.opened.complaints).toEqual([]);
});
