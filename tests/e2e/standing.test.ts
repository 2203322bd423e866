import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { ExperimentResult } from "../../src/contract/run.ts";
import { completed, computed, run, runs, savedResult, shortRuns } from "./steps.ts";

const bench = shortRuns([1, 2], { methods: ["dps-dense"], steps: 24 });
const patient = { timeout: 100_000 };
const finished = (page: Page) => page.getByRole("button", { name: "Run", exact: true }).waitFor(patient);
const list = (page: Page) => page.getByRole("region", { name: "Your results" });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** Steps done of the run in hand, as the table of runs has them; null for none. */
async function stepsOf(page: Page): Promise<number | null> {
  const [row] = await runs(page).getByRole("row").filter({ hasText: /running|paused/ }).allInnerTexts(); // prettier-ignore
  const steps = row === undefined ? null : /(\d+)\s*\/ 24/.exec(row);
  return steps === null ? null : Number(steps[1]);
}

/** Waits until the run in hand has come so far. */
const reached = (page: Page, step: number) =>
  expect.poll(async () => (await stepsOf(page)) ?? 0, patient).toBeGreaterThanOrEqual(step);

/** Where the list says that a run was saved. */
async function standing(page: Page): Promise<number> {
  await expect.poll(() => list(page).innerText(), patient).toMatch(/one stands at step \d+ of 24/);
  return Number(/one stands at step (\d+) of 24/.exec(await list(page).innerText())?.[1]);
}

/** Takes the offer, sees where the run goes on, and waits for the end. */
async function goOn(page: Page, finishedRuns: number, step: number): Promise<ExperimentResult> {
  const offer = page.getByRole("region", { name: "An experiment that was cut off" });
  const words = `${finishedRuns} of 2 runs are finished, one stands at step ${step} of 24.`;
  await expect.poll(() => offer.innerText(), patient).toContain(words);
  await offer.getByRole("button", { name: "Go on" }).click();
  let first: number | null = null;
  await expect.poll(async () => (first ??= await stepsOf(page)), patient).not.toBeNull();
  expect(first).toBeGreaterThanOrEqual(step);
  await expect.poll(() => completed(page).count(), patient).toBe(2);
  await finished(page);
  return await savedResult(page);
}

let whole: ExperimentResult | null = null;

test("a reload in the middle of a run goes on from where it was paused, to the same bits", async () => {
  const { page, complaints } = bench.opened;
  await run(page);
  await expect.poll(() => completed(page).count(), patient).toBe(2);
  await finished(page);
  whole = await savedResult(page);

  await run(page);
  await expect.poll(() => completed(page).count(), patient).toBe(1);
  await reached(page, 4);
  await button(page, "Pause").click();
  const step = await standing(page);
  await button(page, "Resume").click();
  await reached(page, step + 1);
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  expect(computed(await goOn(page, 1, step))).toEqual(whole && computed(whole));
  expect(await list(page).innerText()).not.toContain("stands at step");
  expect(complaints).toEqual([]);
});

test("a page that is closed in the middle of a run goes on in another from where it was hidden, to the same bits", async () => {
  const { page, complaints } = bench.opened;
  await run(page);
  await reached(page, 4);
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  const step = await standing(page);
  const context = page.context();
  await page.close();
  const next = await context.newPage();
  await next.goto(bench.browser.address);
  expect(computed(await goOn(next, 0, step))).toEqual(whole && computed(whole));
  expect(complaints).toEqual([]);
});
