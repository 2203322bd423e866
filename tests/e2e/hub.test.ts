import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { parquetFile } from "../data/parquet-file.ts";
import { startHub } from "../models/hub/server.ts";
import type { HubServer } from "../models/hub/server.ts";
import { rteTable, tinyFolder } from "../models/tiny-folder.ts";
import { openBrowser } from "./browser.ts";
import type { Browser, OpenPage } from "./browser.ts";
import { fill, folded, openSteps, origin, unfold } from "./steps.ts";

/** The tiny model's weights, and as many bytes more that a download takes a while. */
const ballast = 3_000_000;
/** Takes half a minute, so that even a slow machine is in the middle of it when it looks. */
const slowly = { kind: "slow", chunkBytes: 300_000, pauseMs: 3000 } as const;

let hub: HubServer;
let commit: string;
let browser: Browser;
let opened: OpenPage;
beforeAll(async () => {
  hub = await startHub();
  commit = hub.put({ id: "org/tiny", files: await modelFiles() }).commit;
  hub.put({ id: "org/secret", gated: true, files: await modelFiles() });
  hub.put({ id: "org/gpt", files: { "config.json": JSON.stringify({ model_type: "gpt2" }), "vocab.txt": "a\n", "model.safetensors": "x" } }); // prettier-ignore
  hub.put({ kind: "dataset", id: "nyu-mll/glue", files: glueFiles() });
  browser = await openBrowser({ hubs: [hub.url, hub.storageUrl] });
  opened = await browser.open();
});
afterAll(async () => {
  await browser.close();
  await hub.close();
});
// Whatever else the Hub does, nothing of it is against the page's policy.
afterEach(() => {
  const refusal = opened.complaints.find((complaint) => complaint.includes("Content Security Policy"));
  if (refusal !== undefined) throw new Error(refusal);
});

async function modelFiles(): Promise<Readonly<Record<string, Uint8Array>>> {
  const spare = { name: "spare", shape: [ballast / 4], data: new Float32Array(ballast / 4).fill(0.5) };
  const files = tinyFolder({ tensors: (tensors) => [...tensors, spare] });
  const entries = files.map(async ({ path, file }): Promise<[string, Uint8Array]> => [
    path.slice("tiny/".length),
    new Uint8Array(await file.arrayBuffer()),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

/** RTE as the Hub has it: Parquet, with classes as numbers. */
function glueFiles(): Readonly<Record<string, Uint8Array>> {
  const classes = { label: ["entailment", "not_entailment"] };
  const fileOf = (rowCount: number): Uint8Array => {
    const rows = rteTable(rowCount).trim().split("\n").slice(1).map((line) => line.split("\t")); // prettier-ignore
    const column = (at: number): string[] => rows.map((cells) => cells[at] ?? "");
    return parquetFile(
      [
        { name: "sentence1", data: column(1), type: "STRING" },
        { name: "sentence2", data: column(2), type: "STRING" },
        { name: "label", data: column(3).map((name) => BigInt(classes.label.indexOf(name))), type: "INT64" },
        { name: "idx", data: rows.map((_, row) => row), type: "INT32" },
      ],
      { classes },
    );
  };
  return {
    "rte/train-00000-of-00001.parquet": fileOf(12),
    "rte/validation-00000-of-00001.parquet": fileOf(4),
  };
}

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });
async function download(page: Page, id: string): Promise<void> {
  await origin(page, "Model", "From the Hub");
  await fill(page, "Model id", id);
  await button(page, /^(Download and load|Load)$/).click();
}

async function message(page: Page): Promise<string> {
  const alert = page.getByRole("alert");
  await alert.waitFor();
  const text = await alert.innerText();
  await alert.getByRole("button", { name: "Dismiss this message" }).click();
  return text;
}

const model = (page: Page) => page.getByRole("region", { name: "The loaded model" });
const bytesSent = (path: string): number =>
  hub.requests.filter((note) => note.path.includes(path)).reduce((sum, { sentBytes }) => sum + sentBytes, 0);

test("opening the page asks no Hub", async () => {
  const { page } = opened;
  await button(page, "Downloads").first().click();
  const window = page.getByRole("dialog", { name: "Downloads" });
  await window.getByText("Nothing is downloaded yet").waitFor();
  await window.getByRole("textbox", { name: "Address" }).fill(`${hub.url}/`);
  await window.getByRole("button", { name: "Close" }).click();
  await origin(page, "Model", "From the Hub");
  const list = page.getByRole("list", { name: "Popular models" });
  await expect.poll(() => list.innerText(), { timeout: 60_000 }).toMatch(/≤ [\d.]+ [MG]iB/);
  await list.getByRole("button", { name: /BERT large/ }).click();
  await button(page, /GiB: layers recomputed$/).click();
  // What is set is not proposed again.
  await expect.poll(() => button(page, /layers recomputed/).count(), { timeout: 60_000 }).toBe(0);
  await button(page, "Undo").click();
  await button(page, /GiB: layers recomputed$/).waitFor({ timeout: 60_000 });
  expect(hub.requests).toEqual([]);
  expect(opened.complaints).toEqual([]);
});

test("what cannot be had is said in words, each in its own", async () => {
  const { page } = opened;
  await download(page, "org/nothing");
  expect(await message(page)).toMatch(/does not know the model org\/nothing/);
  await download(page, "org/secret");
  expect(await message(page)).toMatch(/only to people who accepted its terms/);
  await download(page, "org/gpt");
  expect(await message(page)).toMatch(/model_type is "gpt2"; this program trains "bert"/);
  await download(page, "no id at all");
  expect(await message(page)).toMatch(/is no id of the Hub/);
  expect(await model(page).count()).toBe(0);
  // The browser itself puts refused requests on the console.
  for (const complaint of opened.complaints) expect(complaint).toMatch(/status of 40[14]/);
});

test("a download is cancelled in the middle and goes on where it broke off", async () => {
  const { page } = opened;
  hub.faults.push({ path: "/repos/org/tiny/", does: slowly, times: 1 });
  await download(page, "org/tiny");
  const card = page.getByRole("region", { name: "Download", exact: true });
  await expect
    .poll(() => card.innerText(), { timeout: 60_000 })
    .toMatch(/[\d.]+ MiB of 2\.9 MiB · [\d.]+ [KM]iB\/s · .* left/);
  await card.getByRole("button", { name: "Cancel the download of org/tiny" }).click();
  const goOn = button(page, "Resume the download of org/tiny");
  await goOn.waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
  hub.requests.length = 0;
  await goOn.click();
  await folded(page, "Model");
  await openSteps(page, "Model");
  await model(page).getByText(commit.slice(0, 8), { exact: true }).waitFor();
  const [rest] = hub.requests.filter(({ range }) => range !== undefined);
  expect(Number(/^bytes=(\d+)-$/.exec(rest?.range ?? "")?.[1])).toBeGreaterThan(100_000);
  expect(bytesSent("/repos/org/tiny/")).toBeLessThan(ballast - 100_000);
});

test("a tab closed in the middle of a download loses nothing of it", async () => {
  const { page } = opened;
  hub.put({ id: "org/other", files: { ...(await modelFiles()), "config.json": new TextEncoder().encode(JSON.stringify({ ...JSON.parse(new TextDecoder().decode((await modelFiles())["config.json"])), other: 1 })) } }); // prettier-ignore
  // Both have the same weights, which would not come again. What is loaded would not be deleted.
  await page.reload();
  await button(page, "Downloads").first().click();
  await button(page, /^Delete org\/tiny/).click();
  await button(page, /^Delete org\/tiny/).waitFor({ state: "detached" });
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  hub.faults.splice(0, hub.faults.length, { path: "/repos/org/other/", does: slowly, times: 1 });
  await download(page, "org/other");
  const card = page.getByRole("region", { name: "Download", exact: true });
  await expect.poll(() => card.innerText(), { timeout: 60_000 }).toMatch(/[KM]iB\/s/);
  await page.reload();
  await origin(page, "Model", "From the Hub");
  const goOn = button(page, "Resume the download of org/other");
  await goOn.waitFor();
  hub.requests.length = 0;
  await goOn.click();
  await folded(page, "Model");
  await openSteps(page, "Model");
  await model(page).waitFor();
  expect(bytesSent("/repos/org/other/")).toBeLessThan(ballast - 100_000);
});

test("a task comes as Parquet, is recognised, and trains", async () => {
  const { page } = opened;
  await origin(page, "Data", "GLUE from the Hub");
  await page.getByRole("combobox", { name: "Task from the Hub" }).selectOption("rte");
  await page.getByText(/2,490 rows to train on and 277 to score on: 638 KiB/).waitFor();
  await button(page, "Download").click();
  await unfold(page);
  // The model has no more positions: only now can the tables be read.
  await fill(page, "Longest input", "16");
  await folded(page, "Data");
  await openSteps(page, "Data");
  const data = page.getByRole("region", { name: "What will be trained on" });
  await data.waitFor();
  const text = await data.innerText();
  expect(text).toMatch(/Train\s+12 rows/);
  expect(text).toMatch(/Dev\s+4 rows/);
  for (const method of ["DPS Dense", "DPS Mix"]) await page.getByRole("checkbox", { name: method }).setChecked(false);
  await fill(page, "Seeds", "1");
  await fill(page, "Steps", "2");
  await button(page, /^Run$/).click();
  const status = page.getByRole("region", { name: "All runs" }).getByText("completed", { exact: true });
  await status.waitFor({ timeout: 90_000 });
});

test("a second visit works without the Hub, and says so", async () => {
  const { page } = opened;
  await hub.close();
  await page.reload();
  await download(page, "org/other");
  await folded(page, "Model");
  await openSteps(page, "Model");
  await model(page).waitFor();
  await page.getByText("What was kept here was used.").first().waitFor();
  await origin(page, "Data", "GLUE from the Hub");
  await page.getByRole("combobox", { name: "Task from the Hub" }).selectOption("rte");
  await button(page, "Download").click();
  await folded(page, "Data");
  await openSteps(page, "Data");
  const data = page.getByRole("region", { name: "What will be trained on" });
  await data.waitFor();
  expect(await data.innerText()).toMatch(/Train\s+12 rows/);
});

test("what is loaded in this or another tab is not freed", async () => {
  const { page } = opened;
  const inUse = /org\/other.*: in use in this or another tab, so not deleted/;
  const remove = async (tab: Page): Promise<void> => {
    await button(tab, "Downloads").first().click();
    await button(tab, /^Delete org\/other/).click();
  };
  await remove(page);
  expect(await message(page)).toMatch(inUse);
  const second = await page.context().newPage();
  await second.goto(browser.address);
  await remove(second);
  expect(await message(second)).toMatch(inUse);
  await second.close();
});

test("what is kept is freed", async () => {
  const { page } = opened;
  // Nothing is loaded then.
  await page.reload();
  await button(page, "Downloads").first().click();
  const window = page.getByRole("dialog", { name: "Downloads" });
  await window.getByText("org/other").waitFor();
  await window.getByRole("button", { name: "Delete all" }).click();
  await window.getByText("Nothing is downloaded yet").waitFor();
  await page.reload();
  await download(page, "org/other");
  expect(await message(page)).toMatch(/did not come\. Check the network/);
});
