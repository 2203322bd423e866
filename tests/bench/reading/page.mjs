// npm run bench -- --reading --page: the files are read by the built page in Chromium: how long its main thread is busy
// meanwhile, and what its engine holds afterwards. node page.mjs FILE…
import { statSync } from "node:fs";
import { basename } from "node:path";
import { address, closeServer, inBrowser, mainTasksDuring, memoryOf } from "../chromium.mjs";

/** @typedef {import("playwright-core").Browser} Browser */

/** @param {Browser} browser @param {string} path */
async function benchFile(browser, path) {
  const page = await browser.newPage();
  await page.goto(address);
  await page.getByRole("button", { name: /^Data/ }).click();
  await page.getByRole("tab", { name: "Your files" }).click();
  const before = (await memoryOf(page)).engine;
  const startMs = performance.now();
  const tasks = await mainTasksDuring(page, async () => {
    const asked = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Choose a file: the training table" }).click();
    await (await asked).setFiles(path);
    await page.getByRole("region", { name: "Train table", exact: true }).waitFor({ timeout: 120_000 });
  });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  const times = (((await memoryOf(page)).engine - before) / (statSync(path).size / 1e6)).toFixed(2);
  console.log(
    `${basename(path)} in Chromium: ${seconds} s; the longest of ${tasks.length} tasks on the main thread took ` +
      `${Math.max(...tasks).toFixed(0)} ms, ${tasks.filter((ms) => ms > 50).length} more than 50 ms; the engine then held ` +
      `${times} times the file`,
  );
  await page.close();
}

await inBrowser("on the software adapter", async (browser) => {
  for (const path of process.argv.slice(2)) await benchFile(browser, path);
});
await closeServer();
