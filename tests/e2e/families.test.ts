import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  rteTable,
  tinyBart,
  tinyDeberta,
  tinyDebertaV2,
  tinyElectra,
  tinyFolder,
  tinyRoberta,
} from "../models/tiny-folder.ts";
import { openBrowser, type Browser, type OpenPage } from "./browser.ts";
import { choose, completed, fill, folded, openSteps, origin, run, unfold, writeTinyModel } from "./steps.ts";

let browser: Browser;
let opened: OpenPage;
beforeAll(async () => {
  browser = await openBrowser();
  opened = await browser.open();
});
afterAll(async () => {
  await browser.close();
  await Promise.all(paths.map((path) => rm(path, { recursive: true })));
});

/** The folders, which are read again when a model is taken along. */
const paths: string[] = [];

const families = [
  ["BERT", tinyFolder],
  ["ELECTRA", tinyElectra],
  ["RoBERTa", tinyRoberta],
  ["BART", tinyBart],
  ["DeBERTa", tinyDeberta],
  ["DeBERTa v2 and v3", tinyDebertaV2],
] as const;

test.each(families)(
  "a folder of %s is chosen, trained, taken along, and agrees with onnxruntime-web",
  async (label, folder) => {
    const { page } = opened;
    const path = await writeTinyModel(folder());
    paths.push(path);
    await origin(page, "Model", "From disk");
    await choose(page, `Choose a folder: ${label === "BERT" ? "a model folder" : "another model"}`, join(path, "tiny"));
    if (label === "BERT") await folded(page, "Model");
    await openSteps(page, "Model");
    await page.getByRole("region", { name: "The loaded model" }).getByText(label, { exact: true }).waitFor();
    if (label === "BERT") {
      await origin(page, "Data", "Your files");
      for (const [file, rows] of [
        ["the training table", 10],
        ["the dev table", 4],
      ] as const) {
        const table = { name: "rows.tsv", mimeType: "text/tab-separated-values", buffer: Buffer.from(rteTable(rows)) };
        await choose(page, `Choose a file: ${file}`, table);
      }
      await unfold(page);
      for (const method of ["Vanilla", "DPS Dense", "DPS Mix"]) {
        await page.getByRole("checkbox", { name: method }).setChecked(method === "DPS Dense");
      }
      const dense = page.getByRole("region", { name: "DPS Dense" });
      await dense.getByText(/^What it does/).click();
      await dense.getByRole("textbox", { name: "Update ratio" }).fill("0.5");
      await fill(page, "Seeds", "1");
      await fill(page, "Longest input", "24");
      await fill(page, "Steps", "5");
      await fill(page, "Batch size", "2");
    }
    await run(page);
    await expect.poll(() => completed(page).count(), { timeout: 90_000 }).toBe(1);
    expect(await completed(page).first().innerText()).toMatch(/DPS Dense\s+1\s+5 \/ 5/);
    const panel = page.getByRole("region", { name: "Trained models" });
    const download = page.waitForEvent("download");
    await panel.getByRole("button", { name: "Export DPS Dense, seed 1" }).click();
    await download;
    await expect
      .poll(() => panel.getByRole("listitem").filter({ hasText: "DPS Dense" }).innerText(), { timeout: 60_000 })
      .toMatch(/ONNX agrees: same prediction on 4 of 4 rows/);
    expect(opened.complaints).toEqual([]);
  },
);
