import type { Page, Worker } from "playwright-core";
import { expect, test } from "vitest";
import { choose, completed, computed, origin, run, savedResult, shortRuns } from "./steps.ts";

const bench = shortRuns([1, 2, 3]);
const patient = { timeout: 90_000 };

function engineOf(page: Page): Worker {
  // The last one: one that was ended while it hung stands before it for a while.
  const engine = page.workers().findLast((worker) => worker.url().includes("trainer"));
  if (engine === undefined) throw new Error("There is no engine.");
  return engine;
}

/** Ends the engine's thread from within, at its next breath: no event of it reaches the page. */
async function killEngine(page: Page): Promise<void> {
  await engineOf(page)
    .evaluate("close()")
    .catch(() => undefined);
}

test("the engine's thread ends in the middle of a run: it is started again, and the missing runs are offered and run", async () => {
  const { page, complaints } = bench.opened;
  await run(page);
  await expect.poll(() => completed(page).count(), patient).toBeGreaterThanOrEqual(1);
  await killEngine(page);
  await page.getByText(/^The engine stopped working: /).waitFor({ timeout: 5000 });
  const goOn = page.getByRole("button", { name: "Run what is missing" });
  await expect.poll(() => goOn.isEnabled(), patient).toBe(true);
  await goOn.click();
  await expect.poll(() => completed(page).count(), patient).toBe(3);
  await page.getByRole("button", { name: "Run", exact: true }).waitFor();
  const { runs } = await savedResult(page);
  expect(runs.map(({ status, steps }) => [status, steps.length])).toEqual([1, 2, 3].map(() => ["completed", 12]));
  expect(complaints).toEqual([]);
});

test("the engine hangs in the middle of a run: that is said, it is started again, and goes on to the same bits", async () => {
  const { page, complaints } = bench.opened;
  const whole = await savedResult(page);
  await run(page);
  await expect.poll(() => completed(page).count(), patient).toBe(1);
  void engineOf(page)
    .evaluate("for (;;) {}")
    .catch(() => undefined);
  const again = page.getByRole("button", { name: "Stop and start the engine again" });
  await expect.poll(() => again.isVisible(), patient).toBe(true);
  const kept = await completed(page).count();
  expect(kept).toBeGreaterThanOrEqual(1);
  await again.click();
  const goOn = page.getByRole("button", { name: "Run what is missing" });
  await expect.poll(() => goOn.isEnabled(), patient).toBe(true);
  expect([await completed(page).count(), await again.count()]).toEqual([kept, 0]);
  await goOn.click();
  await expect.poll(() => completed(page).count(), patient).toBe(3);
  await page.getByRole("button", { name: "Run", exact: true }).waitFor(patient);
  expect(computed(await savedResult(page))).toEqual(computed(whole));
  expect(complaints).toEqual([]);
});

const rows = Array.from({ length: 400_000 }, (_, index) => `a film of ${index} scenes\t${index % 2}`);
const large = {
  name: "large.tsv",
  mimeType: "text/tab-separated-values",
  buffer: Buffer.from(`sentence\tlabel\n${rows.join("\n")}\n`),
};

test("it ends while it reads a file: that is said, and the file can be given again", async () => {
  const { page } = bench.opened;
  await origin(page, "Data", "Your files");
  await page.getByRole("button", { name: "Take the train table away" }).click();
  await choose(page, "Choose a file: the training table", large);
  await killEngine(page);
  await page
    .getByText(/^The engine stopped working: .* It was started again, and has what was loaded\.$/)
    .waitFor(patient);
  await choose(page, "Choose a file: the training table", large);
  const table = page.getByRole("region", { name: "Train table" }).getByText("400,000 rows");
  await expect.poll(() => table.isVisible(), patient).toBe(true);
});

test("a reading is cancelled, which leaves what there was, and a file can be given again", async () => {
  const { page, complaints } = bench.opened;
  await page.getByRole("button", { name: "Take the train table away" }).click();
  const button = page.getByRole("button", { name: "Choose a file: the training table" });
  await button.waitFor();
  // No byte of a file comes, as from a disk that has gone to sleep.
  await engineOf(page).evaluate("Blob.prototype.read = Blob.prototype.arrayBuffer; 0");
  await engineOf(page).evaluate("Blob.prototype.arrayBuffer = () => new Promise(() => {}); 0");
  const small = { ...large, buffer: Buffer.from(`sentence\tlabel\n${rows.slice(0, 9).join("\n")}\n`) };
  await choose(page, "Choose a file: the training table", small);
  await page.getByRole("button", { name: "Cancel the reading" }).click();
  await expect.poll(() => button.isEnabled(), patient).toBe(true);
  const table = page.getByRole("region", { name: "Train table", exact: true });
  expect(await table.count()).toBe(0);
  await engineOf(page).evaluate("Blob.prototype.arrayBuffer = Blob.prototype.read; 0");
  await choose(page, "Choose a file: the training table", small);
  await expect.poll(() => table.count(), patient).toBe(1);
  expect(complaints).toEqual([]);
});
