import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { choose, fill, folded, openSteps, origin, tinyBench, unfold } from "./steps.ts";

const bench = tinyBench();
const names = ["calm", "loud", "rare"];

/** Rows with any of three labels, named in a cell; "[]": none of them. */
function tagTable(rowCount: number): string {
  const rows = Array.from({ length: rowCount }, (_, row) => {
    const own = names.filter((_name, label) => (row % 8) & (1 << label) && (label < 2 || row % 16 > 7));
    return `the old cat sat in the garden near a dog ${row},${own.length === 0 ? "[]" : own.join("|")}`;
  });
  return ["text,tags", ...rows, ""].join("\n");
}

const csv = (name: string, text: string) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

test("a table of several labels a row says how it was read, and a menu overrules it", async () => {
  const { page } = bench.opened;
  await origin(page, "Model", "From disk");
  await choose(page, "Choose a folder: a model folder", bench.tiny);
  await folded(page, "Model");
  await origin(page, "Data", "Your files");
  await choose(page, "Choose a file: the training table", csv("tags.csv", tagTable(48)));
  await openSteps(page, "Training");
  await fill(page, "Longest input", "16");
  await openSteps(page, "Data");
  const table = page.getByRole("region", { name: "Train table", exact: true });
  /** How the rows are said to be read. */
  const reading = async (): Promise<string> => {
    const text = await table.innerText();
    return text.includes('labels with "|" between them: calm, loud, rare') ? "several" : "one";
  };
  const menu = table.getByRole("combobox", { name: "Labels of the train table" });
  await expect.poll(reading, { timeout: 30_000 }).toBe("several");
  await menu.selectOption("one label a row");
  await expect.poll(reading, { timeout: 30_000 }).toBe("one");
  await menu.selectOption("as found in the file");
  await expect.poll(reading, { timeout: 30_000 }).toBe("several");
  expect(await page.getByRole("combobox", { name: "Task", exact: true }).inputValue()).toBe("single-labels");
  const data = page.getByRole("region", { name: "What will be trained on" });
  await data.waitFor();
  const text = await data.innerText();
  expect(text).toMatch(/calm\s+\d+ · \d+ %/);
  expect(text).toMatch(/\d+ rows? without any of the labels/);
  expect(bench.opened.complaints).toEqual([]);
});

test("it trains with balanced class weights, and the answers are told by label", async () => {
  const { page } = bench.opened;
  await unfold(page);
  for (const method of ["Vanilla", "DPS Dense", "DPS Mix"]) {
    await page.getByRole("checkbox", { name: method }).setChecked(method === "Vanilla");
  }
  await fill(page, "Seeds", "1");
  await fill(page, "Steps", "4");
  await fill(page, "Batch size", "4");
  await page.getByRole("combobox", { name: "Class weights" }).selectOption("balanced");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const runs = page.getByRole("region", { name: "All runs" });
  await runs.getByText("completed", { exact: true }).waitFor({ timeout: 90_000 });
  const answers = page.getByRole("region", { name: "Look into the answers" });
  await answers.getByText("Micro F1 × 100").waitFor();
  const text = await answers.innerText();
  for (const name of names) expect(text).toMatch(new RegExp(`${name}\\s+[\\d.]+\\s+[\\d.]+\\s+[\\d.]+\\s+\\d+`));
  expect(text).toContain("there is no confusion matrix");
  expect(bench.opened.complaints).toEqual([]);
});

test("its model answers with each label's probability, of a text and of a file", async () => {
  const { page } = bench.opened;
  const panel = page.getByRole("region", { name: "Trained models" });
  await panel.getByRole("textbox", { name: "Text" }).fill("the old cat sat in the garden");
  await panel.getByRole("button", { name: "Ask", exact: true }).click();
  await expect.poll(() => panel.getByText(/^\d+(\.\d+)? ?%$/).count(), { timeout: 30_000 }).toBe(3);
  const predict = page.getByRole("region", { name: "Predict a file" });
  await choose(page, "Choose a file: a file to predict", csv("tags.csv", tagTable(8)));
  await predict.getByRole("button", { name: "Predict", exact: true }).click();
  await predict.getByText("8 rows predicted.").waitFor({ timeout: 30_000 });
  expect(await predict.innerText()).toMatch(/Micro F1 [\d.]+, Macro F1 [\d.]+, Subset accuracy [\d.]+ on the 8 rows/);
  const download = page.waitForEvent("download");
  await predict.getByRole("button", { name: "Download predictions" }).click();
  const [header, ...lines] = (await readFile(await (await download).path(), "utf8")).trimEnd().split("\n");
  expect(header).toBe("index\tprediction\tp(calm)\tp(loud)\tp(rare)\tlabel\tline");
  for (const line of lines) {
    const [, prediction = "", ...rest] = line.split("\t");
    const chosen = names.filter((_, label) => Number(rest[label]) >= 0.5);
    expect(JSON.parse(prediction)).toEqual(chosen);
  }
  const exported = page.waitForEvent("download");
  await panel.getByRole("button", { name: "Export Vanilla, seed 1" }).click();
  await exported;
  await expect.poll(() => panel.innerText(), { timeout: 60_000 }).toMatch(/ONNX agrees/);
  expect(bench.opened.complaints).toEqual([]);
});
