import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import type { Page } from "playwright-core";
import { preview } from "vite";
import { findChrome } from "../setup/chrome.mjs";

/** The built page in a real browser. */
export interface Browser {
  /** Address of the page, ending in a slash. */
  readonly address: string;
  /** Opens the page at an address below `address` in a fresh profile; `before` is called while it is still empty. */
  open(path?: string, before?: (page: Page) => Promise<void>): Promise<OpenPage>;
  close(): Promise<void>;
}

export interface OpenPage {
  readonly page: Page;
  /** What went wrong so far: console errors, uncaught exceptions, failed requests, requests to other machines. */
  readonly complaints: readonly string[];
}

interface BrowserOptions {
  readonly webgpu?: boolean;
  /** Origins that may be asked beside the page's own, and may fail to answer. */
  readonly hubs?: readonly string[];
  /**
   * What is kept for a visit without a network would be fetched anew in each test's fresh profile: only tests of that have
   * it.
   */
  readonly serviceWorkers?: "allow" | "block";
  /** Beside the usual ones. */
  readonly flags?: readonly string[];
}

/** WebGPU on the CPU, the same on every machine. */
const webgpuFlags = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** No traffic of the browser's own. */
const quietFlags = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
];

/** In a worker: what its policy refuses is told on no console that is heard of here. */
function tellRefusals(): void {
  globalThis.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
    console.error(`${blockedURI} was refused to the engine by its Content Security Policy (${effectiveDirective}).`);
  });
}

/** What a browser with WebGPU is started with. */
export const launchArguments: readonly string[] = [...quietFlags, ...webgpuFlags];

/**
 * Serves dist/page on a free port and starts a headless browser, on request one that has no WebGPU. Errors: Error, saying
 * what to build or install.
 */
export async function openBrowser({
  webgpu = true,
  hubs = [],
  serviceWorkers = "block",
  flags = [],
}: BrowserOptions = {}): Promise<Browser> {
  if (!existsSync("dist/page/index.html")) throw new Error("The page is not built: run npm run build.");
  const executablePath = findChrome();
  if (executablePath === null) throw new Error("No browser was found: install Chrome or Chromium, or set CHROME_PATH.");
  const server = await preview({ logLevel: "error", preview: { port: 0, host: "127.0.0.1" } });
  const [address] = server.resolvedUrls?.local ?? [];
  if (address === undefined) throw new Error("The server of the built page gave no address.");
  const args = webgpu ? [...launchArguments] : [...quietFlags, "--disable-features=WebGPU", "--disable-gpu"];
  const browser = await chromium.launch({ executablePath, args: [...args, ...flags] });
  return {
    address,
    async open(path = "", before = async () => {}) {
      const page = await (await browser.newContext({ serviceWorkers })).newPage();
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      page.on("worker", (worker) => void worker.evaluate(tellRefusals).catch(() => undefined));
      page.on("pageerror", (error) => complaints.push(error.message));
      const allowed = (url: string): boolean => hubs.includes(new URL(url).origin);
      page.on("requestfailed", (request) => {
        if (!allowed(request.url())) complaints.push(`${request.url()} failed`);
      });
      page.on("request", (request) => {
        const { href, origin, protocol } = new URL(request.url());
        const own = protocol === "data:" || origin === new URL(address).origin;
        if (!own && !allowed(href)) complaints.push(`${href} was asked for`);
      });
      await before(page);
      await page.goto(new URL(path, address).href);
      return { page, complaints };
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
