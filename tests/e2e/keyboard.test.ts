import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./browser.ts";
import type { Browser } from "./browser.ts";
import { folded } from "./steps.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
});

/** More stops than the page has. */
const mostStops = 250;

const hasFocus = (place: Locator): Promise<boolean> => place.evaluate((element) => element === document.activeElement);

/** Presses Tab until something has focus. */
async function tabTo(page: Page, place: Locator): Promise<void> {
  await place.waitFor();
  for (let stop = 0; stop < mostStops; stop++) {
    if (await hasFocus(place)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach ${String(place)}.`);
}

async function press(page: Page, button: string, key: "Enter" | "Space"): Promise<void> {
  await tabTo(page, page.getByRole("button", { name: button, exact: true }));
  await page.keyboard.press(key);
}

/** Goes to a row of tabs, and along it. */
async function arrowTo(page: Page, tab: string): Promise<void> {
  const wanted = page.getByRole("tab", { name: tab, exact: true });
  const list = page.getByRole("tablist").filter({ has: wanted });
  await tabTo(page, list.getByRole("tab", { selected: true }));
  while (!(await hasFocus(wanted))) await page.keyboard.press("ArrowRight");
}

/** Unfolds a step of the set-up, if it is folded. */
async function unfold(page: Page, title: string): Promise<void> {
  const control = page.getByRole("heading", { level: 2 }).getByRole("button", { name: new RegExp(`^${title}`) });
  await tabTo(page, control);
  if ((await control.getAttribute("aria-expanded")) === "false") await page.keyboard.press("Enter");
}

async function type(page: Page, label: string, text: string): Promise<void> {
  await tabTo(page, page.getByRole("textbox", { name: label, exact: true }));
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
}

test("from opening the page to a verdict by keyboard alone", { timeout: 300_000 }, async () => {
  const { page, complaints } = await browser.open();
  await press(page, "Use my data", "Enter");
  // Files are chosen in the browser's own window.
  const asked = page.waitForEvent("filechooser");
  await press(page, "Choose a file: the training table", "Enter");
  await asked;
  await arrowTo(page, "Samples");
  await press(page, "Sample: sentiment", "Enter");
  await page.getByRole("region", { name: "Train table", exact: true }).waitFor();
  await unfold(page, "Model");
  await press(page, "Use the bundled model", "Space");
  // A step that is done folds by itself, and opens the next: pressed at that moment, that one would be folded again.
  await folded(page, "Model");
  await folded(page, "Data");
  await unfold(page, "Methods & seeds");
  await type(page, "Seeds", "1, 2");
  const mix = page.getByRole("checkbox", { name: "DPS Mix" });
  if (await mix.isChecked()) {
    await tabTo(page, mix);
    await page.keyboard.press("Space");
  }
  expect(await mix.isChecked()).toBe(false);
  await unfold(page, "Training");
  await type(page, "Steps", "20");
  await type(page, "Batch size", "2");
  await type(page, "Longest input", "16");
  await type(page, "Dev rows", "8");
  const run = page.getByRole("button", { name: "Run", exact: true });
  await expect.poll(() => run.isEnabled(), { timeout: 60_000 }).toBe(true);
  await press(page, "Run", "Enter");
  const verdict = page.locator("p[data-verdict]");
  await verdict.waitFor({ timeout: 120_000 });
  expect(await verdict.innerText()).toMatch(/DPS Dense .*Vanilla/);
  // Run, Pause and Run again are one button, which keeps the focus.
  await run.waitFor({ timeout: 120_000 });
  expect(await hasFocus(run)).toBe(true);
  expect(complaints).toEqual([]);
});
