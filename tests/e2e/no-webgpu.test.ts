import { existsSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tinyTrained, trainedZip } from "../models/exported-zip.ts";
import { createFakeTrainer } from "../store/fake-trainer.ts";
import { openBrowser } from "./browser.ts";
import type { Browser } from "./browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser({ webgpu: false });
});
afterAll(async () => {
  await browser.close();
});

/** A recorded run in place of the one that ships with the page, where this build has none. */
async function withRecordedRun(page: Page): Promise<void> {
  if (existsSync("dist/page/recorded/run.json")) return;
  const plan = {
    methods: [{ id: "plain", values: {} }],
    seeds: [1, 2],
    training: {},
    grid: [],
    order: "sequential" as const,
  };
  const result = await createFakeTrainer().start(plan, () => undefined);
  await page.route("**/recorded/run.json", (route) => route.fulfill({ json: result }));
}

test("the page says that there is no WebGPU and what to do, and shows a recorded run", async () => {
  const { page, complaints } = await browser.open("", withRecordedRun);
  const notice = page.getByRole("region", { name: "This browser offers no WebGPU" });
  await notice.waitFor();
  expect(await notice.innerText()).toMatch(/What to do: .*(chrome:\/\/flags|graphics acceleration|Update it)/);
  await page.getByRole("heading", { name: "A recorded run" }).waitFor();
  await page.getByRole("figure", { name: "Training loss" }).locator("svg path[stroke-width='2']").first().waitFor();
  expect(await page.getByRole("region", { name: "All runs" }).getByRole("row").count()).toBeGreaterThan(2);
  expect(complaints).toEqual([]);
});

test("a model from disk is opened and asked", async () => {
  const { page, complaints } = await browser.open("", withRecordedRun);
  // onnxruntime's 14 MB are compiled first, which takes a while where other programs have the processor.
  page.setDefaultTimeout(90_000);
  const panel = page.getByRole("region", { name: "Models from disk" });
  const { path, file } = await trainedZip(await tinyTrained(["entailment", "not_entailment"], 1), "taken-along");
  const buffer = Buffer.from(await file.arrayBuffer());
  await panel
    .locator("input[data-zone='an exported model']")
    .setInputFiles({ name: path, mimeType: "application/zip", buffer });
  await panel.getByRole("list", { name: "Open models" }).getByText("taken-along").waitFor();
  await panel.getByRole("textbox", { name: "First text" }).fill("the old cat sat in the garden .");
  await panel.getByRole("textbox", { name: "Second text" }).fill("a cat sat .");
  await panel.getByRole("button", { name: "Ask the model" }).click();
  const shares = panel.getByText(/^\d+(\.\d+)? ?%$/);
  await shares.first().waitFor();
  const percents = (await shares.allInnerTexts()).map((text) => Number.parseFloat(text));
  expect(percents).toHaveLength(2);
  // Each is rounded to a whole number.
  expect(Math.abs(percents.reduce((sum, share) => sum + share, 0) - 100)).toBeLessThanOrEqual(1);
  const predicting = page.getByRole("region", { name: "Predict a file" });
  await predicting.locator("input[data-zone='a file to predict']").setInputFiles({
    name: "test.tsv",
    mimeType: "text/tab-separated-values",
    buffer: Buffer.from(
      "index\tsentence1\tsentence2\n0\tthe old cat sat in the garden .\ta cat sat .\n1\ta dog ran .\tit sat .\n",
    ),
  });
  await predicting.getByRole("button", { name: "Predict", exact: true }).click();
  await predicting.getByText("2 rows predicted.").waitFor();
  // The first row is the pair that was asked before.
  const answer = percents[0] !== undefined && percents[1] !== undefined && percents[0] > percents[1] ? 0 : 1;
  const cells = await predicting.getByRole("region", { name: "First predictions" }).getByRole("cell").allInnerTexts();
  expect([cells[1], cells[2]]).toEqual([["entailment", "not_entailment"][answer], `${percents[answer]} %`]);
  await panel.getByRole("button", { name: "Close taken-along" }).click();
  await panel.getByRole("list", { name: "Open models" }).waitFor({ state: "detached" });
  expect(complaints).toEqual([]);
});

test("the fine-tuned model that ships tells praise from blame", async () => {
  const { page, complaints } = await browser.open("", withRecordedRun);
  page.setDefaultTimeout(90_000);
  await page.getByRole("button", { name: "Try a sentence" }).first().click();
  const panel = page.getByRole("region", { name: "Models from disk" });
  await panel.getByRole("list", { name: "Open models" }).getByText("sentiment").waitFor();
  const shareOf = async (text: string, label: string): Promise<number> => {
    await panel.getByRole("textbox", { name: "Text" }).fill(text);
    await panel.getByRole("button", { name: "Ask the model" }).click();
    await panel.getByText(`“${text}”`).waitFor();
    const answers = (await panel.innerText()).replaceAll(/\s+/g, " ");
    return Number(new RegExp(`${label} (\\d+(?:\\.\\d+)?) ?%`).exec(answers)?.[1]);
  };
  expect(await shareOf("A warm and wonderful evening, we loved every minute.", "positive")).toBeGreaterThan(50);
  expect(await shareOf("Cold food and rude staff, a terrible waste of money.", "negative")).toBeGreaterThan(50);
  expect(complaints).toEqual([]);
});

test("nothing can be started, and the page says why beside the button", async () => {
  const { page } = await browser.open("", withRecordedRun);
  await page.getByRole("region", { name: "This browser offers no WebGPU" }).waitFor();
  expect(await page.getByRole("button", { name: "Run", exact: true }).isDisabled()).toBe(true);
  const why = "This browser offers no WebGPU, so nothing can be trained here.";
  await page.getByText(`Before you can run: ${why}`).waitFor();
});

test("without a recorded run the page says so only when it is asked", async () => {
  const { page } = await browser.open("", async (fresh) => {
    const body = "<!doctype html>";
    await fresh.route("**/recorded/run.json", (route) => route.fulfill({ contentType: "text/html", body }));
  });
  await page.getByRole("region", { name: "This browser offers no WebGPU" }).waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
  await page.getByRole("button", { name: "Look at a recorded run" }).first().click();
  expect(await page.getByRole("alert").innerText()).toMatch(/without a recorded run/);
});
