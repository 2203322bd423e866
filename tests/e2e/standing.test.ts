import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { writeSetupLink, type LinkedSetup } from "../../src/contract/links/setup-link.ts";
import type { ExperimentResult } from "../../src/contract/run.ts";
import { rteTable } from "../models/tiny-folder.ts";
import {
  choose,
  completed,
  computed,
  cutTexts,
  folded,
  origin,
  run,
  runs,
  savedResult,
  shortRuns,
  writeTinyModel,
} from "./steps.ts";

const bench = shortRuns([1, 2], { methods: ["dps-dense"], steps: 16 });
const patient = { timeout: 100_000 };
const finished = (page: Page) => page.getByRole("button", { name: "Run", exact: true }).waitFor(patient);
const list = (page: Page) => page.getByRole("region", { name: "Your results" });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** Steps done of the run in hand, as the table of runs has them; null for none. */
async function stepsOf(page: Page): Promise<number | null> {
  const [row] = await runs(page)
    .getByRole("row")
    .filter({ hasText: /running|paused/ })
    .allInnerTexts();
  const steps = row === undefined ? null : /(\d+)\s*\/ \d+/.exec(row);
  return steps === null ? null : Number(steps[1]);
}

/** Waits until the run in hand has come so far. */
const reached = (page: Page, step: number) =>
  expect.poll(async () => (await stepsOf(page)) ?? 0, patient).toBeGreaterThanOrEqual(step);

/** Where the list says that a run was saved. */
async function standing(page: Page): Promise<number> {
  await expect.poll(() => list(page).innerText(), patient).toMatch(/one stands at step \d+ of \d+/);
  return Number(/one stands at step (\d+) of \d+/.exec(await list(page).innerText())?.[1]);
}

const offer = (page: Page) => page.getByRole("region", { name: "An experiment that was cut off" });

/** Where the run in hand is seen first. */
async function firstSteps(page: Page): Promise<number | null> {
  let first: number | null = null;
  await expect.poll(async () => (first ??= await stepsOf(page)), patient).not.toBeNull();
  return first;
}

/** The whole offer is on the first screen, of a window and of a phone, with nothing over it. */
async function inSight(page: Page): Promise<void> {
  const wide = page.viewportSize() ?? { width: 1280, height: 720 };
  const button = offer(page).getByRole("button", { name: "Go on" });
  for (const size of [{ width: 320, height: 640 }, wide]) {
    await page.setViewportSize(size);
    await page.evaluate(() => window.scrollTo(0, 0));
    const reached = await button.evaluate((one) => {
      const { left, top, width, height } = one.getBoundingClientRect();
      return one.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    });
    expect(reached).toBe(true);
  }
}

/** Takes the offer, sees where the run goes on, and waits for the end. */
async function goOn(page: Page, step: number): Promise<ExperimentResult> {
  const words = `1 of 2 runs are finished, one stands at step ${step} of 16.`;
  await expect.poll(() => offer(page).innerText(), patient).toContain(words);
  await inSight(page);
  await offer(page).getByRole("button", { name: "Go on" }).click();
  expect(await firstSteps(page)).toBeGreaterThanOrEqual(step);
  await expect.poll(() => completed(page).count(), patient).toBe(2);
  await finished(page);
  return await savedResult(page);
}

test("a reload in the middle of a run goes on from where it was paused, to the same bits", async () => {
  const { page, complaints } = bench.opened;
  await run(page);
  await expect.poll(() => completed(page).count(), patient).toBe(2);
  await finished(page);
  const whole = await savedResult(page);

  await run(page);
  await expect.poll(() => completed(page).count(), patient).toBe(1);
  await reached(page, 4);
  await button(page, "Pause").click();
  const step = await standing(page);
  await page.setViewportSize({ width: 320, height: 640 });
  await button(page, "Resume").waitFor();
  expect(await cutTexts(page)).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 720 });
  await button(page, "Resume").click();
  await reached(page, step + 1);
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  expect(computed(await goOn(page, step))).toEqual(computed(whole));
  expect(await list(page).innerText()).not.toContain("stands at step");
  expect(complaints).toEqual([]);
});

/** Loads a model and rows that do not ship with the page. */
async function loadOwn(page: Page, folder: string): Promise<void> {
  await origin(page, "Model", "From disk");
  await choose(page, "Choose a folder: a model folder", join(folder, "tiny"));
  await folded(page, "Model");
  await origin(page, "Data", "Your files");
  for (const [role, rows] of [
    ["training", 24],
    ["dev", 8],
  ] as const) {
    const file = { name: `${role}.tsv`, mimeType: "text/tab-separated-values", buffer: Buffer.from(rteTable(rows)) };
    await choose(page, `Choose a file: the ${role} table`, file);
  }
}

test("a page that is closed in the middle of a run goes on in another, once the same files are loaded, to the same bits", async () => {
  const folder = await writeTinyModel();
  const setup: LinkedSetup = {
    name: "Own files",
    plan: {
      methods: ["dps-mix", "mixout"].map((id) => ({ id, values: {} })),
      seeds: [1],
      training: { steps: 300, batchSize: 4, maxLength: 16 },
      grid: [],
      order: "sequential",
    },
    rows: { sampleCount: null, sampleSeed: 0 },
    model: null,
    data: null,
  };
  const { page, complaints } = await bench.browser.open(writeSetupLink(setup));
  await loadOwn(page, folder);
  await run(page);
  await expect.poll(() => completed(page).count(), patient).toBe(2);
  await finished(page);
  const quiet = await savedResult(page);

  await run(page);
  await reached(page, 20);
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  const step = await standing(page);
  const context = page.context();
  await page.close();

  const next = await context.newPage();
  await next.goto(bench.browser.address);
  const words = `0 of 2 runs are finished, one stands at step ${step} of 300.`;
  await expect.poll(() => offer(next).innerText(), patient).toContain(words);
  await offer(next).getByRole("button", { name: "Go on" }).click();
  const missing = next.getByRole("region", { name: "Runs that are missing" });
  await expect
    .poll(() => missing.innerText(), patient)
    .toMatch(/load what it was made with: the model tiny and the rows/);
  await loadOwn(next, folder);
  await expect.poll(() => missing.getByRole("button").isEnabled(), patient).toBe(true);
  await missing.getByRole("button").click();
  expect(await firstSteps(next)).toBeGreaterThanOrEqual(step);
  await expect.poll(() => completed(next).count(), patient).toBe(2);
  await finished(next);
  expect(computed(await savedResult(next))).toEqual(computed(quiet));
  expect(complaints).toEqual([]);
  await rm(folder, { recursive: true });
});
