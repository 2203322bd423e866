import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { readResult } from "../../src/analysis/result-file.ts";
import type { ExperimentResult } from "../../src/contract/run.ts";
import { shortRuns } from "./steps.ts";

const bench = shortRuns([1, 2, 3]);
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
  const { page } = bench.opened;
  const whole = await result(page);
  const crashed = await result(page, async () => {
    const session = await page.context().browser()?.newBrowserCDPSession();
    await session?.send("Browser.crashGpuProcess");
    await page.getByText(/The GPU was lost; opening it again/).waitFor({ timeout: 5000 });
  });
  expect(computed(crashed)).toEqual(computed(whole));
});
