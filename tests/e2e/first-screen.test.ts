import { readFileSync } from "node:fs";
import type { Route } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./browser.ts";
import type { Browser } from "./browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser({ webgpu: false });
});
afterAll(async () => {
  await browser.close();
});

const html = readFileSync("dist/page/index.html", "utf8");
const isFirst = (route: Route): boolean => html.includes(new URL(route.request().url()).pathname);
const isEngine = (route: Route): boolean => route.request().url().includes("/engine-");

test("the first screen stands on the scripts that index.html names, and nothing jumps when the others come", async () => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { page } = await browser.open("", async (empty) => {
    await empty.route("**/assets/*.js", async (route) => {
      // What the engine says changes the page too, and is not meant here.
      if (isEngine(route)) return;
      if (!isFirst(route)) await released;
      await route.continue();
    });
    await empty.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if ("value" in entry) shifts.push(Number(entry.value));
      }).observe({ type: "layout-shift", buffered: true });
    });
  });
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.locator("#results h2").first().waitFor();
  expect(await page.getByRole("button", { name: "Model" }).count()).toBe(0);
  release();
  await page.getByRole("button", { name: /Model/ }).first().waitFor();
  await page.waitForTimeout(500);
  const shifted = await page.evaluate(() => {
    const { shifts } = window as unknown as { readonly shifts: readonly number[] };
    return shifts.reduce((sum, shift) => sum + shift, 0);
  });
  // What Web Vitals call good.
  expect(shifted).toBeLessThan(0.1);
});

test("a part that could not be loaded says so, and is loaded when asked again", async () => {
  let broken = true;
  const { page } = await browser.open("", async (empty) => {
    await empty.route("**/assets/Setup-*.js", (route) => (broken ? route.abort() : route.continue()));
  });
  await page.getByText("A part of the page could not be loaded.").waitFor();
  broken = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await page
    .getByRole("heading", { level: 2 })
    .getByRole("button", { name: /^Training/ })
    .waitFor();
  expect(await page.getByText("A part of the page could not be loaded.").count()).toBe(0);
});
