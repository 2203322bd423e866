import { readFile } from "node:fs/promises";
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { rteTable } from "../models/tiny-folder.ts";
import { choose, fill, folded, openSteps, origin, unfold, tinyBench } from "./steps.ts";

const bench = tinyBench();

/** Drops a file on a zone. */
async function drop(page: Page, zone: string, name: string, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([file, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], file));
      return transfer;
    },
    [name, text] as const,
  );
  await page.getByRole("group", { name: zone }).dispatchEvent("drop", { dataTransfer });
}

/** The table of runs as text: method, seed, steps, scores, time, status. */
async function runRows(page: Page): Promise<readonly (readonly string[])[]> {
  const rows = page.getByRole("region", { name: "All runs" }).getByRole("row");
  const texts: (readonly string[])[] = [];
  for (const row of await rows.all()) {
    texts.push((await row.locator("th, td").allInnerTexts()).map((text) => text.replaceAll(/\s+/g, " ").trim()));
  }
  return texts.slice(1);
}

const runStatus = (page: Page, status: string): Locator =>
  page.getByRole("region", { name: "All runs" }).getByText(status, { exact: true });

test("a model folder and two tables are read, by choosing and by dropping", async () => {
  const { page } = bench.opened;
  await origin(page, "Model", "From disk");
  await choose(page, "Choose a folder: a model folder", bench.tiny);
  await folded(page, "Model");
  await openSteps(page, "Model");
  await page.getByRole("region", { name: "The loaded model" }).getByText("uncased").waitFor();
  await origin(page, "Data", "Your files");
  await choose(page, "Choose a file: the training table", {
    name: "train.tsv",
    mimeType: "text/tab-separated-values",
    buffer: Buffer.from(rteTable(12)),
  });
  await drop(page, "Drop zone for the dev table", "dev.tsv", rteTable(4));
  await openSteps(page, "Training");
  await fill(page, "Longest input", "16");
  await folded(page, "Data");
  await openSteps(page, "Data");
  const data = page.getByRole("region", { name: "What will be trained on" });
  await data.waitFor();
  const text = await data.innerText();
  expect(text).toMatch(/Train\s+12 rows/);
  expect(text).toMatch(/Dev\s+4 rows/);
  expect(text).toMatch(/not_entailment/);
  expect(bench.opened.complaints).toEqual([]);
});

test("two methods with two seeds train; curves, runs and means appear", async () => {
  const { page } = bench.opened;
  await unfold(page);
  for (const method of ["Vanilla", "DPS Dense", "DPS Mix"]) {
    await page.getByRole("checkbox", { name: method }).setChecked(method !== "DPS Mix");
  }
  await fill(page, "Seeds", "1, 2");
  const dense = page.getByRole("region", { name: "DPS Dense" });
  await dense.getByText(/^What it does/).click();
  await dense.getByRole("textbox", { name: "Update ratio" }).fill("0.5");
  await fill(page, "Steps", "4");
  await fill(page, "Batch size", "2");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("button", { name: "Stop", exact: true }).waitFor();
  await expect.poll(() => runStatus(page, "completed").count(), { timeout: 90_000 }).toBe(4);
  await page.getByRole("button", { name: "Run", exact: true }).waitFor();
  const rows = await runRows(page);
  // That a run predicts one class only may be said beside it.
  expect(rows.map(([method, seed, steps, , , , status]) => [method, seed, steps, status?.split(" ")[0]])).toEqual(
    ["1", "2"].flatMap((seed) => ["Vanilla", "DPS Dense"].map((method) => [method, seed, "4 / 4", "completed"])),
  );
  for (const [, , , last] of rows) expect(Number(last)).toBeGreaterThanOrEqual(0);
  const curves = page.getByRole("figure", { name: "Training loss" }).locator("svg path[stroke-width='2']");
  await expect.poll(() => curves.count()).toBe(2);
  for (const curve of await curves.all()) expect(await curve.getAttribute("d")).toMatch(/^M[\d.]+,[\d.]+[LC]/);
  const means = await page.getByRole("region", { name: "Means by method" }).innerText();
  expect(means).toMatch(/Vanilla\s+[\d.]+\s± [\d.]+/);
  expect(means).toMatch(/DPS Dense\s+[\d.]+\s± [\d.]+/);
  expect(bench.opened.complaints).toEqual([]);
});

/** What the step of the engine says, opened. */
async function engineText(page: Page): Promise<string> {
  const step = page.getByRole("button", { name: /^Engine/ });
  if ((await step.getAttribute("aria-expanded")) === "false") await step.click();
  return await page.getByRole("region", { name: /^Engine/ }).innerText();
}

test("the kernels it trained with were chosen by timing, and the page shows what was tried", async () => {
  const { page } = bench.opened;
  await expect
    .poll(() => engineText(page), { timeout: 60_000 })
    .toMatch(/Chosen in \d+\.\d s\.|Chosen at an earlier time\./);
  await page.getByText("What was tried").click();
  const table = page.getByRole("region", { name: "Kernels that were tried" });
  await table.waitFor();
  const questions = await table.locator("tbody").count();
  expect(questions).toBeGreaterThan(3);
  expect(await table.getByLabel("chosen").count()).toBe(questions);
  expect(bench.opened.complaints).toEqual([]);
});

test("a trained model is taken along, checked by onnxruntime-web, and answers", async () => {
  const { page } = bench.opened;
  const panel = page.getByRole("region", { name: "Trained models" });
  for (const method of ["Vanilla", "DPS Dense"]) {
    const download = page.waitForEvent("download");
    await panel.getByRole("button", { name: `Export ${method}, seed 2` }).click();
    expect((await download).suggestedFilename()).toMatch(/^tiny-.*-seed2\.zip$/);
    const opinion = panel.getByRole("listitem").filter({ hasText: method });
    await expect
      .poll(() => opinion.innerText(), { timeout: 60_000 })
      .toMatch(/ONNX agrees: same prediction on 4 of 4 rows/);
    expect(await opinion.innerText()).not.toContain("does not agree");
  }
  await panel.getByRole("textbox", { name: "First text" }).fill("the old cat sat in the garden");
  await panel.getByRole("textbox", { name: "Second text" }).fill("a cat sat");
  // Of the first seed nothing was exported.
  await panel.getByRole("button", { name: "Vanilla, seed 1", exact: true }).click();
  await panel.getByRole("button", { name: "Ask", exact: true }).click();
  await expect.poll(() => panel.getByText(/^\d+(\.\d+)? ?%$/).count(), { timeout: 30_000 }).toBe(6);
  expect(bench.opened.complaints).toEqual([]);
});

test("a file without labels is predicted and saved, and one with labels scored as the run was", async () => {
  const { page } = bench.opened;
  const panel = page.getByRole("region", { name: "Predict a file" });
  const predict = async (name: string, text: string): Promise<void> => {
    const file = { name, mimeType: "text/tab-separated-values", buffer: Buffer.from(text) };
    await choose(page, "Choose a file: a file to predict", file);
    await panel.getByText(name).waitFor();
    await panel.getByRole("button", { name: "Predict", exact: true }).click();
    await panel.getByText("4 rows predicted.").waitFor({ timeout: 30_000 });
  };
  await panel.getByRole("combobox", { name: "Model" }).selectOption("DPS Dense, seed 1");
  await predict("dev.tsv", rteTable(4));
  const rows = await runRows(page);
  const [, , , last] = rows.find(([method, seed]) => method === "DPS Dense" && seed === "1") ?? [];
  expect(await panel.innerText()).toContain(`Accuracy ${last} on the 4 rows with a label.`);
  const bare = rteTable(4)
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t").slice(0, -1).join("\t"));
  await predict("test.tsv", `${bare.join("\n")}\n`);
  expect(await panel.innerText()).not.toContain("Accuracy");
  const download = page.waitForEvent("download");
  await panel.getByRole("button", { name: "Download predictions" }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe("test-predictions.tsv");
  const [header, ...lines] = (await readFile(await saved.path(), "utf8")).trimEnd().split("\n");
  expect(header).toBe("index\tprediction\tp(entailment)\tp(not_entailment)\tline");
  expect(lines.map((line) => line.split("\t")[0])).toEqual(["0", "1", "2", "3"]);
  for (const line of lines) expect(line).toMatch(/^\d\t(not_)?entailment\t[01]\.\d{6}\t[01]\.\d{6}\t\d$/);
  expect(bench.opened.complaints).toEqual([]);
});

test("a cell of the confusion matrix lists its rows with their texts", async () => {
  const { page } = bench.opened;
  const panel = page.getByRole("region", { name: "Look into the answers" });
  const cell = panel.getByRole("button", { name: /^[1-9][\d.]* rows: / }).first();
  const name = await cell.innerText();
  await cell.click();
  expect(await cell.getAttribute("aria-pressed")).toBe("true");
  const examples = page.getByRole("region", { name: "Examples" });
  const [, target = ""] = /rows: (\w+) taken for/.exec(name) ?? [];
  const lines = examples.getByText(/^Line \d+: /);
  await lines.first().waitFor();
  for (const line of await lines.allInnerTexts()) expect(line).toContain(`: ${target}`);
  expect(bench.opened.complaints).toEqual([]);
});

test("a second run pauses, goes on, and stops with what it has", async () => {
  const { page } = bench.opened;
  await fill(page, "Steps", "5000");
  await page.getByRole("switch", { name: "Time the kernels" }).setChecked(true);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Resume" }).click();
  const progress = page.getByRole("region", { name: "Progress" });
  await expect.poll(() => progress.innerText(), { timeout: 60_000 }).toMatch(/Step\s+[1-9]\d* of 5000/i);
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByRole("button", { name: "Run", exact: true }).waitFor();
  const rows = await runRows(page);
  // Those that were still waiting stay in the table, to be run after all.
  expect(rows.map(([method, seed, , , , , status]) => [method, seed, status?.split(" ")[0]])).toEqual(
    ["1", "2"].flatMap((seed) => ["Vanilla", "DPS Dense"].map((method) => [method, seed, "stopped"])),
  );
  expect(rows[0]?.[2]).toMatch(/^[1-9]\d* \/ 5000$/);
  expect(rows.slice(1).map(([, , steps]) => steps)).toEqual(Array(3).fill("0 / 5000"));
  expect(bench.opened.complaints).toEqual([]);
});

test("where its time went is told, and saved as a trace", async () => {
  const { page } = bench.opened;
  await page.getByText("Where the time goes").click();
  await page.getByText(/A step takes [\d.]+ ms, the mean of \d+ steps? of the first run\./).waitFor();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save trace" }).click();
  expect((await download).suggestedFilename()).toBe("trace.json");
  const trace: unknown = JSON.parse(await readFile(await (await download).path(), "utf8"));
  expect(trace).toHaveProperty("traceEvents", expect.arrayContaining([expect.objectContaining({ name: "step 1" })]));
  expect(await page.getByRole("region", { name: "Time by kernels" }).innerText()).toMatch(/matmul\s+[\d.]+\s+[\d.]+ %/);
  await page.getByRole("switch", { name: "Time the kernels" }).setChecked(false);
  expect(bench.opened.complaints).toEqual([]);
});

/** Loses the engine's device under its hands, once. `forGood`: the browser gives its worker no other. */
async function loseDevice(page: Page, forGood: boolean): Promise<void> {
  const [worker] = page.workers();
  if (worker === undefined) throw new Error("The page has no worker.");
  await worker.evaluate((refused) => {
    if (refused) GPU.prototype.requestAdapter = () => Promise.resolve(null);
    const usual = Object.getOwnPropertyDescriptor(GPUDevice.prototype, "queue");
    if (usual === undefined) throw new Error("A device has no queue.");
    Object.defineProperty(GPUDevice.prototype, "queue", {
      configurable: true,
      get(this: GPUDevice) {
        Object.defineProperty(GPUDevice.prototype, "queue", usual);
        this.destroy();
        return this.queue;
      },
    });
  }, forGood);
}

test("a device that is lost for good ends the run with what to do, and the page goes on with a fresh one", async () => {
  const { page } = bench.opened;
  await fill(page, "Steps", "200");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await runStatus(page, "running").waitFor();
  await loseDevice(page, true);
  const alert = page.getByRole("alert");
  await alert.waitFor();
  expect(await alert.innerText()).toMatch(/The GPU was lost, and there is no new one .* Restart the whole browser/);
  expect((await runRows(page)).map(([method, , , , , , status]) => [method, status?.split(" ")[0]])).toEqual([
    ["Vanilla", "failed"],
    ["DPS Dense", "stopped"],
    ["Vanilla", "stopped"],
    ["DPS Dense", "stopped"],
  ]);
  await alert.getByRole("button", { name: "Start again on a fresh device" }).click();
  await expect.poll(() => runStatus(page, "completed").count(), { timeout: 90_000 }).toBe(4);
  await page.getByRole("button", { name: "Run", exact: true }).waitFor();
  expect(await alert.count()).toBe(0);
  expect(bench.opened.complaints).toEqual([]);
});

test("a lost device is opened again, and every run completes", async () => {
  const { page } = bench.opened;
  await fill(page, "Steps", "40");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await runStatus(page, "running").waitFor();
  await loseDevice(page, false);
  await page.getByText(/The GPU was lost; opening it again/).waitFor();
  await expect.poll(() => runStatus(page, "completed").count(), { timeout: 90_000 }).toBe(4);
  await page.getByRole("button", { name: "Run", exact: true }).waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
  await fill(page, "Steps", "4");
  expect(bench.opened.complaints).toEqual([]);
});

test("a file that cannot be used is refused in words, and the model that was there stays", async () => {
  const { page } = bench.opened;
  await openSteps(page, "Model");
  await choose(page, "Choose files: another model", {
    name: "config.json",
    mimeType: "application/json",
    buffer: Buffer.from("{}"),
  });
  const alert = page.getByRole("alert");
  await alert.waitFor();
  expect(await alert.innerText()).toMatch(/neither tokenizer\.json nor vocab\.txt/);
  await alert.getByRole("button", { name: "Dismiss this message" }).click();
  await page.getByRole("region", { name: "The loaded model" }).getByText("tiny").waitFor();
  await page.getByRole("button", { name: "Run", exact: true }).waitFor();
  expect(bench.opened.complaints).toEqual([]);
});

test("a reload keeps the settings", async () => {
  const { page } = bench.opened;
  await page.reload();
  await unfold(page);
  expect(await page.getByRole("textbox", { name: "Seeds", exact: true }).inputValue()).toBe("1, 2");
  expect(await page.getByRole("checkbox", { name: "DPS Mix" }).isChecked()).toBe(false);
  expect(await page.getByRole("checkbox", { name: "DPS Dense" }).isChecked()).toBe(true);
  await openSteps(page, "Training");
  expect(await page.getByRole("textbox", { name: "Steps", exact: true }).inputValue()).toBe("4");
  expect(await page.getByRole("textbox", { name: "Batch size", exact: true }).inputValue()).toBe("2");
  expect(bench.opened.complaints).toEqual([]);
});

test("after a reload the kernels are there without being timed again", async () => {
  const { page } = bench.opened;
  await origin(page, "Model", "From disk");
  await choose(page, "Choose a folder: a model folder", bench.tiny);
  await folded(page, "Model");
  await origin(page, "Data", "Your files");
  await drop(page, "Drop zone for the training table", "train.tsv", rteTable(12));
  await drop(page, "Drop zone for the dev table", "dev.tsv", rteTable(4));
  await expect.poll(() => engineText(page), { timeout: 60_000 }).toContain("Chosen at an earlier time.");
  expect(bench.opened.complaints).toEqual([]);
});
