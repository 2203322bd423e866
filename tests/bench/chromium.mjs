// The built page in Chromium, for benches.
import { chromium } from "playwright-core";
import { preview } from "vite";
import { root } from "../../.config/install.mjs";
import { findChrome } from "../setup/chrome.mjs";

/** @typedef {import("playwright-core").Browser} Browser */
/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{ name: string, ph: string, pid: number, tid: number, dur?: number, args: { name?: string } }} TraceEvent */

const executablePath = findChrome();
if (executablePath === null) throw new Error("No browser was found: install Chrome or Chromium, or set CHROME_PATH.");
// Memory is measured at once, not when the browser finds the time.
const flags = ["--no-sandbox", "--no-first-run", "--disable-background-networking"];
const eager = "--enable-blink-features=ForceEagerMeasureMemory";
const adapters = {
  "without WebGPU": ["--disable-gpu", "--disable-features=WebGPU"],
  "on the software adapter": ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
};
const server = await preview({ root, logLevel: "error", preview: { port: 0, host: "127.0.0.1" } });

/** Of the built page. */
export const address = server.resolvedUrls?.local[0] ?? "";

/** @param {keyof typeof adapters} adapter @param {(browser: Browser) => Promise<void>} work */
export async function inBrowser(adapter, work) {
  const args = [...flags, eager, ...adapters[adapter]];
  const browser = await chromium.launch({ executablePath: executablePath ?? "", args });
  await work(browser);
  await browser.close();
}

/** Ends what serves the page. */
export const closeServer = () => server.close();

/** The value that a share of all is at most. @param {readonly number[]} values @param {number} share */
export const quantile = (values, share) => values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? 0;

/** Lengths of the tasks on the page's main thread while `work` is done, in ms. @param {Page} page @param {() => Promise<unknown>} work */
export async function mainTasksDuring(page, work) {
  const browser = page.context().browser();
  if (browser === null) throw new Error("The browser is closed.");
  await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline"] });
  await work();
  return mainTasks(await browser.stopTracing());
}

/** @param {Buffer} trace @returns {number[]} */
function mainTasks(trace) {
  /** @type {readonly TraceEvent[]} */
  const events = JSON.parse(trace.toString()).traceEvents;
  const mains = events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const tasks = mains.map((main) =>
    events.flatMap(({ name, pid, tid, dur }) =>
      name === "RunTask" && pid === main.pid && tid === main.tid && dur !== undefined ? [dur / 1000] : [],
    ),
  );
  // A browser keeps a spare renderer, which does nothing.
  return tasks.toSorted((a, b) => b.length - a.length)[0] ?? [];
}

/** JavaScript's memory by where it is, in MB, after a collection of garbage. @param {Page} page */
export async function memoryOf(page) {
  /** @type {{ breakdown: readonly { bytes: number, attribution: readonly { scope: string }[] }[] }} */
  const { breakdown } = await page.evaluate("performance.measureUserAgentSpecificMemory()");
  const megabytes = (/** @type {string} */ scope) => {
    const parts = breakdown.filter(({ attribution }) => attribution.some((one) => one.scope === scope));
    return parts.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
  };
  return { page: megabytes("Window"), engine: megabytes("DedicatedWorkerGlobalScope") };
}
