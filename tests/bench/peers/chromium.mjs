import { chromium } from "playwright-core";
import { preview } from "vite";
import { root } from "../../../.config/install.mjs";
import { findChrome } from "../../setup/chrome.mjs";

const flags = ["--no-sandbox", "--no-first-run", "--disable-background-networking", "--enable-unsafe-webgpu"];

/** Threads share memory only in a page that is isolated; jax-js takes them for wasm. */
const isolation = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/**
 * Rows in a headless Chromium, each in a page of its own. `folder`: of the bundled modules. Errors: an Error where there
 * is no browser.
 * @param {string} folder @returns {Promise<import("./peer.ts").Place>}
 */
export async function openChromium(folder) {
  const executablePath = findChrome();
  if (executablePath === null) throw new Error("No browser was found: install Chrome or Chromium, or set CHROME_PATH.");
  const server = await preview({
    root,
    logLevel: "error",
    build: { outDir: folder },
    preview: { port: 0, host: "127.0.0.1", headers: isolation },
  });
  const address = server.resolvedUrls?.local[0] ?? "";
  const browser = await chromium.launch({ executablePath, args: flags });
  return {
    async open(file, config, backend) {
      const page = await (await browser.newContext()).newPage();
      await page.goto(address);
      const peer = await page.evaluateHandle(
        async ([module, config, backend]) => {
          /** @type {{ open: import("./peer.ts").OpenPeer }} */
          const { open } = await import(module);
          return await open(config, backend);
        },
        /** @type {const} */ ([address + file, config, backend]),
      );
      return {
        about: await peer.evaluate(({ about }) => about),
        steps: async (count) => await peer.evaluate(async (row, count) => await row.steps(count), count),
      };
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
