// npm run bench -- --page [--experiments 20]: the built page in Chromium, on the software adapter: when it first paints
// and on how much JavaScript, how long its main thread is busy while the demo trains, and its memory after experiments.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { deflateRawSync, gzipSync } from "node:zlib";
import { root } from "../../.config/install.mjs";
import { address, closeServer, inBrowser, mainTasksDuring, memoryOf, quantile } from "./chromium.mjs";

/** @typedef {import("playwright-core").Browser} Browser */
/** @typedef {import("playwright-core").Page} Page */

const { values: options } = parseArgs({
  options: { page: { type: "boolean" }, experiments: { type: "string", default: "20" } },
});

/** First contentful paint in ms, layout shift of the first seconds, and scripts that came before the paint. @param {Page} page */
async function opening(page) {
  await page.goto(address);
  await page.waitForTimeout(5000);
  return await page.evaluate(async () => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN;
    /** @type {PerformanceEntry[]} */
    const shifts = await new Promise((resolve) => {
      new PerformanceObserver((list) => resolve(list.getEntries())).observe({ type: "layout-shift", buffered: true });
      setTimeout(() => resolve([]), 1000);
    });
    const loaded = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType("resource"));
    const early = loaded.filter(({ name, responseEnd }) => name.endsWith(".js") && responseEnd <= paint);
    return {
      paint,
      shift: shifts.reduce((sum, entry) => sum + ("value" in entry ? Number(entry.value) : 0), 0),
      scripts: early.map(({ name }) => new URL(name).pathname),
    };
  });
}

/** @param {Parameters<typeof inBrowser>[0]} adapter */
async function benchOpening(adapter) {
  await inBrowser(adapter, async (browser) => {
    const visits = [];
    for (let visit = 0; visit < 5; visit++) {
      const page = await browser.newPage();
      visits.push(await opening(page));
      await page.close();
    }
    const gzipBytes = (/** @type {string} */ path) => gzipSync(readFileSync(`${root}/dist/page${path}`)).length;
    const bytes = visits.map(({ scripts }) => scripts.reduce((sum, path) => sum + gzipBytes(path), 0));
    const paints = visits.map(({ paint }) => paint);
    const shift = Math.max(...visits.map((visit) => visit.shift)).toFixed(3);
    const first = `first contentful paint after ${quantile(paints, 0.5).toFixed(0)} ms (median of 5 visits)`;
    const weight = `${(Math.max(...bytes) / 1000).toFixed(1)} kB of JavaScript with gzip`;
    console.log(`Opened ${adapter}: ${first}, on ${weight}; layout shift ${shift}`);
  });
}

/** @param {Browser} browser */
async function benchDemo(browser) {
  const page = await browser.newPage();
  await page.goto(address);
  const pressMs = performance.now();
  await page.getByRole("button", { name: "Train it yourself" }).click();
  const progress = page.getByRole("region", { name: "Progress" });
  await progress.getByText("Tokens / s").waitFor({ timeout: 300_000 });
  const traceMs = performance.now();
  const tasks = await mainTasksDuring(page, () =>
    page.locator("section[aria-labelledby='end-card']").waitFor({ timeout: 600_000 }),
  );
  const endMs = performance.now();
  const blockedMs = tasks.reduce((sum, ms) => sum + Math.max(0, ms - 50), 0);
  console.log(
    `The demo: ${((endMs - pressMs) / 1000).toFixed(0)} s from the press to a verdict. ${tasks.length} tasks on the main ` +
      `thread in the ${((endMs - traceMs) / 1000).toFixed(0)} s of training: 95th percentile ` +
      `${quantile(tasks, 0.95).toFixed(1)} ms, longest ${Math.max(...tasks).toFixed(0)} ms, ` +
      `${tasks.filter((ms) => ms > 50).length} beyond 50 ms, by ${blockedMs.toFixed(0)} ms in all`,
  );
}

const training = { steps: 20, batchSize: 2, devLimit: 8, maxLength: 16 };
/** Two methods over few steps, as a link of the page has it. */
const fewSteps = {
  version: 1,
  plan: { version: 1, name: "A few steps", methods: ["vanilla", "dps-dense"], seeds: "1", training },
  rows: { sampleCount: null, sampleSeed: 0 },
  model: { kind: "bundled", id: "bert-mini-distilled" },
  data: { kind: "sample", id: "sentiment" },
};

/** @param {Browser} browser @param {number} count of experiments, one after another */
async function benchMemory(browser, count) {
  const page = await browser.newPage();
  await page.goto(`${address}#plan=${deflateRawSync(JSON.stringify(fewSteps)).toString("base64url")}`);
  await page.getByText("All is there").waitFor({ timeout: 300_000 });
  for (let done = 1; done <= count; done++) {
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.locator("section[aria-labelledby='end-card']").waitFor({ timeout: 300_000 });
    if (![1, 5, 10, count].includes(done)) continue;
    const { page: own, engine } = await memoryOf(page);
    console.log(
      `JavaScript's memory after experiment ${done}: page ${own.toFixed(1)} MB, engine ${engine.toFixed(1)} MB`,
    );
  }
}

await benchOpening("without WebGPU");
await benchOpening("on the software adapter");
await inBrowser("on the software adapter", benchDemo);
await inBrowser("on the software adapter", (browser) => benchMemory(browser, Number(options.experiments)));
await closeServer();
