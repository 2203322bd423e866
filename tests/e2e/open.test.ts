import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./browser.ts";
import type { Browser } from "./browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
});

test("the page opens, asks no other machine for anything and has nothing to complain of", async () => {
  const { page, complaints } = await browser.open();
  const foreign: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(browser.address) && !/^(data|blob):/.test(request.url())) foreign.push(request.url());
  });
  await page.reload();
  await page.getByRole("heading", { level: 1 }).waitFor();
  expect(await page.title()).toContain("DPS Playground");
  expect(foreign).toEqual([]);
  expect(complaints).toEqual([]);
});

test("the browser of these tests has a WebGPU adapter", async () => {
  const { page } = await browser.open();
  const found = await page.evaluate(async () => (await navigator.gpu.requestAdapter())?.info.architecture);
  expect(found).toBe("swiftshader");
});

test("a script that throws is noticed", async () => {
  const { page, complaints } = await browser.open();
  const thrown = page.waitForEvent("pageerror");
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error("made by the test");
    });
  });
  await thrown;
  expect(complaints).toEqual(["made by the test"]);
});
