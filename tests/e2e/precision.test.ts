import { expect, test } from "vitest";
import { completed, openSteps, shortRuns } from "./steps.ts";

const bench = shortRuns([1]);

test("mixed precision trains where the GPU has it; where it has not, the page says so, and what to do", async () => {
  const { page, complaints } = bench.opened;
  const narrow = await page.evaluate(async () => {
    const adapter = await navigator.gpu.requestAdapter();
    return adapter?.features.has("shader-f16") === true;
  });
  await openSteps(page, "Training");
  await page.getByRole("combobox", { name: "Precision" }).selectOption("mixed");
  const run = page.getByRole("button", { name: "Run", exact: true });
  if (!narrow) {
    await page
      .getByText(/offers no numbers of 16 bits here \(shader-f16\)\. Set it to f32\./)
      .first()
      .waitFor();
    await page.getByRole("combobox", { name: "Precision" }).selectOption("f32");
    await page.getByText(/offers no numbers of 16 bits/).waitFor({ state: "detached" });
  }
  await expect.poll(() => run.isEnabled(), { timeout: 60_000 }).toBe(true);
  await run.click();
  await expect.poll(() => completed(page).count(), { timeout: 120_000 }).toBe(1);
  expect(complaints).toEqual([]);
});
