import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readResult } from "../../src/analysis/result-file.ts";
import { writeSetupLink, type LinkedSetup } from "../../src/contract/links/setup-link.ts";
import type { ExperimentResult } from "../../src/contract/run.ts";
import { openBrowser, type Browser, type OpenPage } from "./browser.ts";

const setup: LinkedSetup = {
  name: "Three short runs",
  plan: {
    methods: [{ id: "vanilla", values: {} }],
    seeds: [1, 2, 3],
    training: { steps: 12, batchSize: 2, devLimit: 8, maxLength: 32 },
    grid: [],
    order: "sequential",
  },
  rows: { sampleCount: null, sampleSeed: 0 },
  model: { kind: "bundled", id: "bert-mini-distilled" },
  data: { kind: "sample", id: "sentiment" },
};

let browser: Browser;
let opened: OpenPage;
beforeAll(async () => {
  browser = await openBrowser();
  opened = await browser.open(writeSetupLink(setup));
});
afterAll(() => browser.close());

const patient = { timeout: 90_000 };
const completed = (page: Page) =>
  page.getByRole("region", { name: "All runs" }).getByRole("row").filter({ hasText: "completed" });

/** Runs the plan; `meanwhile`: once the first of its runs has completed. */
async function result(page: Page, meanwhile = async (): Promise<void> => {}): Promise<ExperimentResult> {
  const button = page.getByRole("button", { name: "Run", exact: true });
  await expect.poll(() => button.isEnabled(), patient).toBe(true);
  await button.click();
  await page.getByRole("button", { name: "Stop", exact: true }).waitFor();
  await expect.poll(() => completed(page).count(), patient).toBe(1);
  await meanwhile();
  await expect.poll(() => completed(page).count(), patient).toBe(3);
  await button.waitFor();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "result.json" }).click();
  return readResult(await readFile(await (await download).path(), "utf8"), "result.json");
}

/** What the runs computed, without their times. */
const computed = ({ runs, answers }: ExperimentResult): unknown => ({
  answers,
  runs: runs.map(({ id, status, steps, evaluations }) => ({ id, status, steps, evaluations })),
});

test("a crash of the GPU's process in the middle of the runs changes no number", async () => {
  const { page } = opened;
  const whole = await result(page);
  const crashed = await result(page, async () => {
    const session = await page.context().browser()?.newBrowserCDPSession();
    await session?.send("Browser.crashGpuProcess");
    await page.getByText(/The GPU was lost; opening it again/).waitFor({ timeout: 5000 });
  });
  expect(computed(crashed)).toEqual(computed(whole));
});
