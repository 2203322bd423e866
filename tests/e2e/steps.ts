import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { readResult } from "../../src/analysis/result-file.ts";
import type { ExperimentResult } from "../../src/contract/run.ts";
import { writeSetupLink, type LinkedSetup } from "../../src/contract/links/setup-link.ts";
import type { FolderFile } from "../../src/models/folder.ts";
import { tinyFolder } from "../models/tiny-folder.ts";
import { openBrowser, type Browser, type OpenPage } from "./browser.ts";

/** A page that is open while a file's tests run, and its browser. */
interface OpenBench {
  readonly browser: Browser;
  readonly opened: OpenPage;
}

/** Such a page, and the folder of the tiny model. */
interface Bench extends Pick<OpenBench, "opened"> {
  /** Path of the model's folder. */
  readonly tiny: string;
}

/** Opens a page before a file's tests, beside a folder with the tiny model; both are gone after them. */
export function tinyBench(): Bench {
  let folder: string;
  let browser: Browser;
  let opened: OpenPage;
  beforeAll(async () => {
    folder = await writeTinyModel();
    browser = await openBrowser();
    opened = await browser.open();
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });
  return {
    get opened() {
      return opened;
    },
    get tiny() {
      return join(folder, "tiny");
    },
  };
}

/** Short runs of the sample task, as a link. */
export function shortRunsLink(seeds: readonly number[], { methods = ["vanilla"], steps = 12 } = {}): string {
  const setup: LinkedSetup = {
    name: "Short runs",
    plan: {
      // Short stages have steps for half of the weights only.
      methods: methods.map((id) => ({ id, values: id.startsWith("dps-") ? { updateRatio: 0.5 } : {} })),
      seeds,
      training: { steps, batchSize: 2, devLimit: 8, maxLength: 32 },
      grid: [],
      order: "sequential",
    },
    rows: { sampleCount: null, sampleSeed: 0 },
    model: { kind: "bundled", id: "bert-mini-distilled" },
    data: { kind: "sample", id: "sentiment" },
  };
  return writeSetupLink(setup);
}

/** A page that stands on short runs while a file's tests run. */
export function shortRuns(...wanted: Parameters<typeof shortRunsLink>): OpenBench {
  let browser: Browser;
  let opened: OpenPage;
  beforeAll(async () => {
    browser = await openBrowser();
    opened = await browser.open(shortRunsLink(...wanted));
  });
  afterAll(() => browser.close());
  return {
    get browser() {
      return browser;
    },
    get opened() {
      return opened;
    },
  };
}

/** The runs' table, and its rows that say so. */
export const runs = (page: Page): Locator => page.getByRole("region", { name: "All runs" });
export const completed = (page: Page): Locator => runs(page).getByRole("row").filter({ hasText: "completed" });

/** Presses Run as soon as that may be. */
export async function run(page: Page): Promise<void> {
  const button = page.getByRole("button", { name: "Run", exact: true });
  await expect.poll(() => button.isEnabled(), { timeout: 200_000 }).toBe(true);
  await button.click();
}

/** The result on show, as it is saved. */
export async function savedResult(page: Page): Promise<ExperimentResult> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "result.json" }).click();
  return readResult(await readFile(await (await download).path(), "utf8"), "result.json");
}

/** What the runs computed, without their times. */
export function computed({ runs: all, answers }: ExperimentResult): unknown {
  const told = all.map(({ id, status, steps, evaluations, selections, subnetwork }) => {
    return { id, status, steps, evaluations, selections, subnetwork };
  });
  return { told, answers };
}

/** Writes a tiny model, the BERT where none is given, into a fresh folder; it lies in its folder tiny. */
export async function writeTinyModel(files: readonly FolderFile[] = tinyFolder()): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "dps-page-"));
  for (const { path, file } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), Buffer.from(await file.arrayBuffer()));
  }
  return folder;
}

/** Presses a button that asks for files, and gives it some. */
export async function choose(
  page: Page,
  button: string,
  files: Parameters<Locator["setInputFiles"]>[0],
): Promise<void> {
  const asked = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: button }).click();
  await (await asked).setFiles(files);
}

/** Types into a box. */
export const fill = (page: Page, label: string, value: string): Promise<void> =>
  page.getByRole("textbox", { name: label, exact: true }).fill(value);

const stepControl = (page: Page, title: string): Locator =>
  page.getByRole("heading", { level: 2 }).getByRole("button", { name: new RegExp(`^${title}`) });

/** Waits until a step is done and has folded. */
export async function folded(page: Page, title: string): Promise<void> {
  await expect.poll(() => stepControl(page, title).getAttribute("aria-expanded"), { timeout: 30_000 }).toBe("false");
}

/** Unfolds steps of the set-up that are folded: they fold by themselves when they are done. */
export async function openSteps(page: Page, ...titles: readonly string[]): Promise<void> {
  for (const title of titles) {
    const control = stepControl(page, title);
    await control.waitFor();
    if ((await control.getAttribute("aria-expanded")) === "false") await control.click();
  }
}

/** Shows a place that models or tables come from. */
export async function origin(page: Page, step: "Model" | "Data", tab: string): Promise<void> {
  await openSteps(page, step);
  await page.getByRole("tab", { name: tab, exact: true }).click();
}

/** Unfolds every step but the model's. */
export const unfold = (page: Page): Promise<void> =>
  openSteps(page, "Data", "Experiment", "Methods & seeds", "Training", "Engine");

/** Short words that are broken over lines, and names of buttons that are cut off. */
export function cutTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const hides = (one: Element): boolean => getComputedStyle(one).overflowX === "hidden";
    const broken: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
      const word = text.nodeValue?.trim() ?? "";
      if (!/^\S{2,14}$/.test(word) || text.parentElement?.checkVisibility() !== true) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      if (new Set(Array.from(range.getClientRects(), ({ top }) => Math.round(top))).size > 1) broken.push(word);
    }
    const names = [...document.querySelectorAll("button, a[href], button *")];
    // What is for screen readers alone is a pixel wide.
    const cut = names.filter((one) => one.clientWidth > 1 && one.scrollWidth > one.clientWidth && hides(one));
    return [...broken, ...cut.map(({ textContent }) => textContent)];
  });
}
