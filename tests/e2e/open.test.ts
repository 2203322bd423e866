import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./browser.ts";
import type { Browser } from "./browser.ts";
import { openSteps, origin } from "./steps.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
});

test("the page opens, asks no other machine for anything and has nothing to complain of", async () => {
  const { page, complaints } = await browser.open();
  await page.getByRole("heading", { level: 1 }).waitFor();
  expect(await page.title()).toContain("DPS Playground");
  expect(complaints).toEqual([]);
});

test("a sample task that ships with the page is read at one click", async () => {
  const { page, complaints } = await browser.open();
  await openSteps(page, "Data");
  await page.getByRole("button", { name: "Sample: sentiment" }).click();
  await page.getByRole("region", { name: "Train table" }).getByText("938 rows").waitFor();
  await page.getByRole("region", { name: "Dev table" }).getByText("250 rows").waitFor();
  expect(await page.getByRole("combobox", { name: "Task", exact: true }).inputValue()).toBe("single");
  expect(complaints).toEqual([]);
});

test("a Parquet file is read, by a script that is fetched for it", async () => {
  const { page, complaints } = await browser.open();
  await origin(page, "Data", "Your files");
  const fetched = page.waitForResponse(/assets\/engine-parquet-/);
  const asked = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a file: the training table" }).click();
  await (await asked).setFiles("tests/data/parquet/rte.parquet");
  await page.getByRole("region", { name: "Train table" }).getByText("1,003 rows").waitFor();
  expect((await fetched).ok()).toBe(true);
  expect(await page.getByRole("combobox", { name: "Task", exact: true }).inputValue()).toBe("rte");
  expect(complaints).toEqual([]);
});

test("the browser of these tests has a WebGPU adapter", async () => {
  const { page } = await browser.open();
  const found = await page.evaluate(async () => (await navigator.gpu.requestAdapter())?.info.architecture);
  expect(found).toBe("swiftshader");
});

test("a script that throws and a request to another machine are noticed", async () => {
  const { page, complaints } = await browser.open();
  await page.evaluate(() => fetch("http://127.0.0.1:1/elsewhere").catch(() => undefined));
  const thrown = page.waitForEvent("pageerror");
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error("made by the test");
    });
  });
  await thrown;
  // The page's policy stops it on the way, which is told as an error.
  expect(complaints).toContainEqual(expect.stringMatching(/127\.0\.0\.1:1\/elsewhere.*Content Security Policy/s));
  expect(complaints).toContain("made by the test");
});
