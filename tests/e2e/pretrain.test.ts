import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { tinyText } from "../data/tiny-text.ts";
import { rteTable } from "../models/tiny-folder.ts";
import { choose, fill, folded, origin, openSteps, unfold, tinyBench } from "./steps.ts";

const bench = tinyBench();

test("a model is adapted to a text", async () => {
  const { page } = bench.opened;
  await origin(page, "Model", "From disk");
  await choose(page, "Choose a folder: a model folder", bench.tiny);
  await folded(page, "Model");
  await openSteps(page, "Model");
  await page.getByText("Adapt the model to your text first").click();
  const panel = page.locator("details", { hasText: "Adapt the model to your text first" }).last();
  await choose(page, "Choose files: plain text", {
    name: "animals.txt",
    mimeType: "text/plain",
    buffer: Buffer.from(tinyText(60)),
  });
  await panel.getByText("60 documents").waitFor();
  // The training step has fields of the same names, folded until later.
  const field = (label: string): Locator => panel.getByRole("textbox", { name: label, exact: true });
  await field("Steps").fill("4");
  await field("Batch size").fill("4");
  await panel.getByText("this model has 32 positions").waitFor();
  await field("Length").fill("16");
  await panel.getByText("GPU memory").waitFor();
  expect(await panel.innerText()).toMatch(/no head for masked words/);
  await panel.getByRole("button", { name: "Adapt the model" }).click();
  const adapted = page.getByRole("region", { name: "The adapted model" });
  await adapted.waitFor({ timeout: 90_000 });
  const words = await adapted.innerText();
  expect(words).toMatch(/Held-out perplexity before\s+[\d.]+\s+after\s+[\d.]+/);
  expect(words).toMatch(/4 steps on animals\.txt; [\d,]+ tokens/);
  expect(await adapted.locator("svg path[stroke-width='2']").getAttribute("d")).toMatch(/^M[\d.]+,[\d.]+[LC]/);
  const download = page.waitForEvent("download");
  await adapted.getByRole("button", { name: "Download it (.zip)" }).click();
  expect((await download).suggestedFilename()).toBe("tiny-adapted.zip");
  expect(bench.opened.complaints).toEqual([]);
});

test("a fine-tuning runs with the adapted model, and its results say so", async () => {
  const { page } = bench.opened;
  await page.getByText("Adapt the model to your text first").click();
  await origin(page, "Data", "Your files");
  await choose(page, "Choose a file: the training table", {
    name: "train.tsv",
    mimeType: "text/tab-separated-values",
    buffer: Buffer.from(rteTable(12)),
  });
  await unfold(page);
  await fill(page, "Longest input", "16");
  await fill(page, "Steps", "2");
  await fill(page, "Batch size", "2");
  await fill(page, "Seeds", "1");
  await page.getByRole("checkbox", { name: "Vanilla" }).setChecked(true);
  // The first method stays.
  const ticked = page.getByRole("checkbox", { checked: true });
  while ((await ticked.count()) > 1) await ticked.last().uncheck();
  await page.getByRole("region", { name: "What will be trained on" }).waitFor();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const runs = page.getByRole("region", { name: "All runs" });
  await expect.poll(() => runs.getByText("completed", { exact: true }).count(), { timeout: 90_000 }).toBe(1);
  expect(await page.locator("main").innerText()).toMatch(/tiny, adapted to animals\.txt, 4 steps, held-out perplexity/);
  expect(bench.opened.complaints).toEqual([]);
});
