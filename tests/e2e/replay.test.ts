import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scenesOf } from "../../src/analysis/replay/replay-text.ts";
import { readResult } from "../../src/analysis/result-file.ts";
import type { Replay } from "../../src/contract/replay.ts";
import { openBrowser } from "./browser.ts";
import type { Browser } from "./browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser({ webgpu: false });
});
afterAll(async () => {
  await browser.close();
});

const replay: Replay = JSON.parse(readFileSync("public/recorded/replay.json", "utf8"));
const scenes = scenesOf(replay);
const recorded = readResult(readFileSync("public/recorded/run.json", "utf8"), "run.json");

const position = (page: Page): Locator => page.getByRole("slider", { name: "Position in the replay" });
const secondsOf = async (page: Page): Promise<number> => Number(await position(page).inputValue());
/** What a sighted person reads beside the picture. */
const caption = (page: Page): Locator => page.locator("figure[data-scene] > div").first();

test("within thirty seconds of opening, a verdict of the recorded comparison stands on the screen", async () => {
  const { page, complaints } = await browser.open();
  const last = scenes.at(-1)?.texts ?? [];
  await page.locator("figure[data-scene='verdict']").waitFor({ timeout: 30_000 });
  const told = await caption(page).innerText();
  for (const sentence of last) expect(told).toContain(sentence);
  for (const sentence of last) expect(recorded.comparisons.map((one) => one.sentence)).toContain(sentence);
  expect(complaints).toEqual([]);
});

test("it plays by itself, is held, set and skipped, by keyboard too", async () => {
  const { page, complaints } = await browser.open();
  await position(page).waitFor();
  await expect.poll(() => secondsOf(page), { timeout: 10_000 }).toBeGreaterThan(0.5);
  await page.getByRole("button", { name: "Pause the replay" }).click();
  const held = await secondsOf(page);
  await page.waitForTimeout(400);
  expect(await secondsOf(page)).toBe(held);

  await position(page).fill("15");
  const scene = scenes.find(({ from, to }) => from <= 15 && 15 < to);
  expect(await caption(page).innerText()).toContain(scene?.title ?? "no scene at 15 s");
  await position(page).press("ArrowRight");
  expect(await secondsOf(page)).toBeCloseTo(15.1, 5);
  expect(await position(page).getAttribute("aria-valuetext")).toContain(`15 of 30 seconds: ${scene?.title}`);

  await page.getByRole("button", { name: "Play the replay" }).click();
  await expect.poll(() => secondsOf(page)).toBeGreaterThan(15.2);
  await page.getByRole("button", { name: "Skip to the verdict" }).click();
  expect(await secondsOf(page)).toBe(30);
  await page.getByRole("button", { name: "Play again" }).click();
  await expect.poll(() => secondsOf(page)).toBeLessThan(10);
  expect(complaints).toEqual([]);
});

test("it waits while it is out of view", async () => {
  const { page } = await browser.open();
  await position(page).waitFor();
  await expect.poll(() => secondsOf(page), { timeout: 10_000 }).toBeGreaterThan(0);
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await page.waitForTimeout(300);
  const held = await secondsOf(page);
  await page.waitForTimeout(600);
  expect(await secondsOf(page)).toBe(held);
});

test("who asked for less motion sees the verdict, still; and a screen reader gets all of it in words", async () => {
  const { page } = await browser.open("", (fresh) => fresh.emulateMedia({ reducedMotion: "reduce" }));
  await page.locator("figure[data-scene='verdict']").waitFor();
  expect(await secondsOf(page)).toBe(30);
  await page.getByRole("button", { name: "Play again" }).waitFor();
  const words = await page.locator("figure[data-scene] figcaption").textContent();
  for (const { title, texts } of scenes) for (const text of [title, ...texts]) expect(words).toContain(text);
});

test("the first screen holds it all: at most 640 px, and nothing runs off the side", async () => {
  const { page } = await browser.open();
  for (const width of [320, 768, 1440, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    await page.getByRole("region", { name: "Does it help to train only part of a network?" }).waitFor();
    const height = await page.evaluate(() => document.querySelector("[data-replay]")?.getBoundingClientRect().height);
    expect(height).toBeLessThanOrEqual(640);
  }
  await page.setViewportSize({ width: 320, height: 720 });
  // Charts below take their new width a moment later.
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth), { timeout: 5000 }).toBe(320);
});

test("on a phone nothing lies over the replay's controls and the advice, and over the set-up stands the way back", async () => {
  const { page } = await browser.open();
  await page.setViewportSize({ width: 320, height: 640 });
  await page.getByRole("region", { name: "This browser offers no WebGPU" }).waitFor();
  await position(page).waitFor();
  const covered = (name: string): Promise<boolean> =>
    page.evaluate((selector) => {
      const place = document.querySelector(selector);
      if (place === null) return true;
      place.scrollIntoView({ block: "end" });
      const { left, right, bottom } = place.getBoundingClientRect();
      const top = document.elementFromPoint((left + right) / 2, bottom - 2);
      return top === null || !place.contains(top);
    }, name);
  expect(await covered("figure[data-scene] input[type='range']")).toBe(false);
  expect(await covered("[aria-labelledby='no-webgpu']")).toBe(false);
  await page.getByRole("button", { name: "Set-up" }).click();
  expect(await covered("[aria-label='Run'] button")).toBe(false);
  await page.getByRole("button", { name: "Results" }).click();
  expect(await page.locator("#setup").isVisible()).toBe(false);
});
