import { existsSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "./browser.ts";
import type { Browser, OpenPage } from "./browser.ts";
import { cutTexts, fill, openSteps } from "./steps.ts";

const missing = existsSync("dist/page/models/index.json")
  ? null
  : "(left out: the built page has no models/, dps bundle makes them)";

/** Lets nothing leave the machine, and adds to `tried` what wanted to. */
async function unplug(page: Page, address: string, tried: string[]): Promise<void> {
  const { origin } = new URL(address);
  await page.context().route("**/*", (route) => {
    const url = new URL(route.request().url());
    if (url.origin === origin || url.protocol === "data:" || url.protocol === "blob:") return route.continue();
    tried.push(url.href);
    return route.abort("internetdisconnected");
  });
}

/** On a software GPU that has other work beside, compiling alone takes a minute. */
const patienceMs = 600_000;

const progress = (page: Page): Locator => page.getByRole("region", { name: "Progress" });
/** The cells of the table of runs. */
async function runRows(page: Page): Promise<readonly (readonly string[])[]> {
  const rows = await page.getByRole("region", { name: "All runs" }).getByRole("row").all();
  const texts = await Promise.all(rows.map((row) => row.locator("th, td").allInnerTexts()));
  return texts.slice(1).map((cells) => cells.map((text) => text.replaceAll(/\s+/g, " ").trim()));
}

describe.skipIf(missing !== null)(`the demo, with the network unplugged ${missing ?? ""}`, () => {
  const tried: string[] = [];
  let browser: Browser;
  let opened: OpenPage;
  beforeAll(async () => {
    browser = await openBrowser();
    opened = await browser.open("", (page) => unplug(page, browser.address, tried));
  });
  afterAll(async () => {
    await browser.close();
  });

  test(
    "one click loads model and sentences, times five steps, and trains a part that suits the time, to a verdict",
    async () => {
      const { page } = opened;
      await page.getByRole("button", { name: "Train it yourself" }).click();
      const note = page.getByRole("region", { name: "The demo: what to look at" });
      await expect
        .poll(() => note.innerText(), { timeout: 200_000 })
        .toMatch(/Five steps were timed first: 2 runs take about \d+ (s|min) here/);
      await expect
        .poll(() => note.innerText(), { timeout: 60_000 })
        .toMatch(/Methods\s+Vanilla, DPS Dense\s+Seeds\s+1\s/);
      await expect.poll(() => progress(page).innerText(), { timeout: 200_000 }).toMatch(/Ended\s+0 of 2/i);
      await expect.poll(() => progress(page).innerText(), { timeout: 200_000 }).toMatch(/Tokens \/ s\s+\d/i);
      const figure = page.getByRole("figure", { name: "Training loss" });
      // What is out of sight is not drawn.
      await figure.scrollIntoViewIfNeeded();
      await figure.locator("svg path[stroke-width='2']").first().waitFor();
      const end = page.locator("section[aria-labelledby='end-card']");
      await end.waitFor({ timeout: 500_000 });
      // How many rows are trained on, and so what comes of it, depends on how fast this machine is.
      expect(await end.innerText()).toMatch(
        /Too early to tell[^]*(With 1 seed DPS Dense is |Scores of DPS Dense and Vanilla are equal)[^]*Add 3 seeds/,
      );
      // A link that looks like a button has its words in its middle, as buttons have.
      const offCentre = await end.getByRole("link", { name: "Try a sentence" }).evaluate((one) => {
        const words = document.createRange();
        words.selectNodeContents(one);
        const [outer, inner] = [one, words].map((part) => part.getBoundingClientRect());
        return outer === undefined || inner === undefined ? null : outer.top + outer.bottom - inner.top - inner.bottom;
      });
      expect(offCentre).toBeCloseTo(0, 0);
      const size = page.viewportSize();
      await page.setViewportSize({ width: 320, height: 800 });
      expect(await cutTexts(page)).toEqual([]);
      if (size !== null) await page.setViewportSize(size);
      expect(
        (await runRows(page)).map(([method, seed, , , , , status]) => [method, seed, status?.split(" ")[0]]),
      ).toEqual([
        ["Vanilla", "1", "completed"],
        ["DPS Dense", "1", "completed"],
      ]);
      expect(opened.complaints).toEqual([]);
      expect(tried).toEqual([]);
    },
    patienceMs,
  );

  test(
    "it continues to the full demo",
    async () => {
      const { page } = opened;
      await page
        .getByRole("button", { name: /^Continue to the full demo/ })
        .first()
        .click();
      await expect.poll(() => progress(page).innerText(), { timeout: 200_000 }).toMatch(/Ended\s+2 of 9/i);
      await page.getByRole("button", { name: "Stop", exact: true }).click();
      await page.getByRole("button", { name: "Run", exact: true }).waitFor();
      expect(opened.complaints).toEqual([]);
    },
    patienceMs,
  );

  test(
    "shortened, it compares two methods over two seeds to the end",
    async () => {
      const { page } = opened;
      // What the demo set stays: the shorter run is started from the same form.
      await openSteps(page, "Training", "Methods & seeds");
      await fill(page, "Steps", "20");
      await fill(page, "Dev rows", "8");
      await fill(page, "Batch size", "2");
      await fill(page, "Seeds", "1, 2");
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.getByRole("button", { name: "Stop", exact: true }).waitFor();
      await page.getByRole("button", { name: "Run", exact: true }).waitFor({ timeout: 500_000 });
      const rows = await runRows(page);
      expect(rows.map(([method, seed, steps, , , , status]) => [method, seed, steps, status?.split(" ")[0]])).toEqual(
        ["1", "2"].flatMap((seed) => ["Vanilla", "DPS Dense"].map((method) => [method, seed, "20 / 20", "completed"])),
      );
      const means = await page.getByRole("region", { name: "Means by method" }).innerText();
      for (const method of ["Vanilla", "DPS Dense"]) {
        expect(means).toMatch(new RegExp(`${method}\\s+[\\d.]+\\s± [\\d.]+`));
      }
      expect(await page.getByRole("region", { name: "The demo: what to look at" }).count()).toBe(0);
      expect(opened.complaints).toEqual([]);
      expect(tried).toEqual([]);
    },
    patienceMs,
  );

  test("the model's card opens, and tells of data, recipe and scores", async () => {
    const { page } = opened;
    await openSteps(page, "Model");
    await page.getByRole("button", { name: "Model card" }).click();
    const dialog = page.getByRole("dialog");
    for (const name of [/data/i, /recipe/i, /scores/i]) {
      await dialog.getByRole("heading", { name }).first().waitFor();
    }
    await dialog.getByRole("button", { name: "Close the model card" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(opened.complaints).toEqual([]);
  });

  test("a request to elsewhere would have been noticed", async () => {
    const { page, complaints } = opened;
    // The page's own policy stops it; the engine's lets it ask a Hub.
    await page.evaluate(() => fetch("https://example.org/page").catch(() => undefined));
    await page.workers()[0]?.evaluate(() => fetch("https://example.org/engine").catch(() => undefined));
    expect(tried).toEqual(["https://example.org/engine"]);
    expect(complaints).toContainEqual(expect.stringMatching(/example\.org\/page.*Content Security Policy/s));
  });
});
