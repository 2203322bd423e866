import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FolderFile } from "../../src/models/folder.ts";
import { rteTable, tinyElectra, tinyFolder } from "../models/tiny-folder.ts";
import { openBrowser, type Browser, type OpenPage } from "./browser.ts";
import {
  choose,
  completed,
  computed,
  fill,
  folded,
  openSteps,
  origin,
  run,
  savedResult,
  unfold,
  writeTinyModel,
} from "./steps.ts";

let browser: Browser;
let opened: OpenPage;
const folders: string[] = [];

/** Writes a model's folder under this name. */
async function folderOf(name: string, files: readonly FolderFile[]): Promise<string> {
  const folder = await writeTinyModel(
    files.map(({ path, file }) => ({ path: path.replace(/^tiny\//, `${name}/`), file })),
  );
  folders.push(folder);
  return join(folder, name);
}

beforeAll(async () => {
  browser = await openBrowser();
  opened = await browser.open();
});
afterAll(async () => {
  await browser.close();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

test("two models are compared in one table, each with a result of its own and the bits of itself alone", async () => {
  const { page } = opened;
  await origin(page, "Model", "From disk");
  await choose(page, "Choose a folder: a model folder", await folderOf("small-bert", tinyFolder()));
  await folded(page, "Model");
  await openSteps(page, "Model");
  await page.getByRole("button", { name: "Add small-bert" }).click();
  await choose(page, "Choose a folder: another model", await folderOf("small-electra", tinyElectra()));
  await page.getByRole("button", { name: "Add small-electra" }).click();
  const list = page.getByRole("region", { name: "Models to compare" });
  await list.getByText("Run trains these 2 models, one after another.").waitFor();

  await origin(page, "Data", "Your files");
  for (const [label, rows] of [
    ["the training table", 10],
    ["the dev table", 4],
  ] as const) {
    const table = { name: "rows.tsv", mimeType: "text/tab-separated-values", buffer: Buffer.from(rteTable(rows)) };
    await choose(page, `Choose a file: ${label}`, table);
  }
  await unfold(page);
  for (const method of ["Vanilla", "DPS Dense", "DPS Mix"]) {
    await page.getByRole("checkbox", { name: method }).setChecked(method === "Vanilla");
  }
  await fill(page, "Seeds", "1, 2");
  await fill(page, "Longest input", "24");
  await fill(page, "Steps", "4");
  await fill(page, "Batch size", "2");
  await page.getByText("2 models × 1 method × 2 seeds = 4 runs").waitFor();
  await run(page);

  const card = page.getByRole("region", { name: "Models and methods" });
  const rows = card.getByRole("row");
  await expect.poll(() => rows.count(), { timeout: 120_000 }).toBe(1 + 2);
  const [, bert, electra] = await rows.allInnerTexts();
  expect(bert).toMatch(/^small-bert\s+Vanilla\s+\d+\.\d\d ± \d+\.\d\d/);
  expect(electra).toMatch(/^small-electra\s+Vanilla\s+\d+\.\d\d ± \d+\.\d\d/);
  // Each model's own views are chosen.
  const shown = card.getByRole("combobox", { name: "Model shown below" });
  await expect.poll(() => shown.isEnabled()).toBe(true);
  const together = await savedResult(page);
  expect([together.config.model.name, together.runs.length]).toEqual(["small-electra", 2]);
  await shown.selectOption({ label: "small-bert" });
  await expect.poll(async () => (await savedResult(page)).config.model.name).toBe("small-bert");
  expect(await rows.allInnerTexts()).toEqual([expect.anything(), bert, electra]);

  // Alone, with the kernels that were found for it then.
  await openSteps(page, "Model");
  for (const name of ["small-bert", "small-electra"]) {
    await list.getByRole("button", { name: `Take ${name} out of the comparison` }).click();
  }
  await run(page);
  await expect.poll(() => completed(page).count(), { timeout: 60_000 }).toBe(2);
  await expect.poll(() => rows.count()).toBe(0);
  const alone = await savedResult(page);
  expect(alone.config.model.name).toBe("small-electra");
  expect(alone.kernels).toEqual(together.kernels);
  expect(computed(alone)).toEqual(computed(together));
  expect(opened.complaints).toEqual([]);
});

test("after a reload the results are ticked, and are the same table", async () => {
  const { page } = opened;
  await page.reload();
  for (const name of ["Result 1", "Result 2"]) {
    await page.getByRole("checkbox", { name: `Compare ${name}`, exact: true }).check();
  }
  await page.getByRole("button", { name: "Compare these 2" }).click();
  const rows = page.getByRole("region", { name: "Models and methods" }).getByRole("row");
  await expect.poll(() => rows.count()).toBe(1 + 2);
  const names = (await rows.allInnerTexts()).slice(1).map((row) => row.split(/\s/)[0]);
  expect(new Set(names)).toEqual(new Set(["small-bert", "small-electra"]));
  expect(opened.complaints).toEqual([]);
});
