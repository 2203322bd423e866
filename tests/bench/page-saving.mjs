// npm run bench -- --page --saving: what it costs in the built page to save a run, from reading the device to the write in
// the browser's storage, in Chromium on the software adapter.
import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { address, closeServer, inBrowser, quantile } from "./chromium.mjs";

/** @typedef {import("playwright-core").Browser} Browser */
/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{ step: number, elapsedMs: number }} Mark */

/** Each is saved once: saving takes no more than a hundredth of a run's time, however often it is asked for. */
const runCount = 6;
const steps = 64;
/** A save and what is written after it fall into so many steps. */
const windowSteps = 20;
/** Runs are saved so often, in ms. */
const everyMs = 120_000;
const training = { steps, batchSize: 2, devLimit: 8, maxLength: 16 };
const fewRuns = {
  version: 1,
  plan: { version: 1, name: "A few runs", methods: ["vanilla"], seeds: `1-${runCount}`, training },
  rows: { sampleCount: null, sampleSeed: 0 },
  model: { kind: "bundled", id: "bert-mini-distilled" },
  data: { kind: "sample", id: "sentiment" },
};

/** Where storage says that runs were saved, and how large that is. @param {Page} page @returns {Promise<readonly { run: string, step: number, sizeBytes: number }[]>} */
const saved = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open("dps-playground");
        opening.addEventListener("success", () => {
          const reading = opening.result.transaction("runs").objectStore("runs").getAll();
          reading.addEventListener("success", () => {
            opening.result.close();
            resolve(reading.result);
          });
        });
      }),
  );

/** Has a run saved once it is past its first window, and waits until storage has it. @param {Page} page @param {number} seed */
async function save(page, seed) {
  const rows = page.getByRole("region", { name: "All runs" }).getByRole("row");
  const row = rows.filter({ has: page.getByRole("cell", { name: `${seed}`, exact: true }) });
  const done = async () => {
    const cells = await row.getByRole("cell").allInnerTexts();
    return Math.max(...cells.map((cell) => Number(/^\s*(\d+)\s*\/ \d+/.exec(cell)?.[1] ?? 0)));
  };
  while ((await done()) < windowSteps + 4) await page.waitForTimeout(50);
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
    Reflect.deleteProperty(document, "visibilityState");
  });
  for (;;) {
    const found = (await saved(page)).find(({ run }) => run === `vanilla-seed${seed}`);
    if (found !== undefined) return found;
    await page.waitForTimeout(200);
  }
}

/** When a step was done, between two marks in proportion. @param {readonly Mark[]} times @param {number} step */
function elapsedAt(times, step) {
  const after = times.findIndex((mark) => mark.step >= step);
  const [from, to] = [times[after - 1], times[after]];
  if (from === undefined || to === undefined) throw new Error(`Nobody noted when step ${step} was done.`);
  return from.elapsedMs + ((step - from.step) / (to.step - from.step)) * (to.elapsedMs - from.elapsedMs);
}

/** @param {Browser} browser */
async function benchSaving(browser) {
  const page = await browser.newPage();
  await page.goto(`${address}#plan=${deflateRawSync(JSON.stringify(fewRuns)).toString("base64url")}`);
  await page.getByText("All is there").waitFor({ timeout: 300_000 });
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const saves = [];
  for (let seed = 1; seed <= runCount; seed++) saves.push(await save(page, seed));
  await page.getByRole("button", { name: "Run", exact: true }).waitFor({ timeout: 120_000 });
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "result.json" }).click();
  /** @type {{ runs: readonly { id: string, times: readonly Mark[] }[] }} */
  const { runs } = JSON.parse(readFileSync(await (await download).path(), "utf8"));
  // Of each run a window with its save, and one without just before.
  const windows = saves.map(({ run, step }) => {
    const times = runs.find(({ id }) => id === run)?.times ?? [];
    const [from, at, to] = [-1, 0, 1].map((window) => elapsedAt(times, step - 1 + window * windowSteps));
    return { plainMs: (at ?? 0) - (from ?? 0), savingMs: (to ?? 0) - (at ?? 0) };
  });
  const stepMs = quantile(
    windows.map(({ plainMs }) => plainMs / windowSteps),
    0.5,
  );
  const extras = windows.map(({ plainMs, savingMs }) => savingMs - plainMs);
  const extraMs = quantile(extras, 0.5);
  const sizeBytes = saves[0]?.sizeBytes ?? 0;
  console.log(
    `A run in the page, ${stepMs.toFixed(1)} ms a step, saved ${runCount} times with ${(sizeBytes / 1e6).toFixed(0)} MB: ` +
      `${extraMs.toFixed(0)} ms a save (${extras.map((ms) => ms.toFixed(0)).join(", ")}), written to the browser's storage ` +
      `with it; every two minutes ${((100 * extraMs) / everyMs).toFixed(2)} % of the time`,
  );
}

await inBrowser("on the software adapter", benchSaving);
await closeServer();
