import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { writeServiceWorker } from "../../.config/offline.ts";
import { findChrome } from "../setup/chrome.mjs";
import { launchArguments } from "./browser.ts";

/** A plain host: files of a folder at a place that is not its root, and no headers but their types. */
interface Host {
  readonly address: string;
  /** Hands out the files of another folder from now on. */
  serve(folder: string): void;
  /** Paths that were asked for. */
  readonly asked: string[];
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
};
const place = "/some/folder/";

async function answer(path: string, response: ServerResponse): Promise<void> {
  const bytes = await readFile(path).catch(() => null);
  const type = types[extname(path)] ?? "application/octet-stream";
  response.writeHead(bytes === null ? 404 : 200, { "Content-Type": type }).end(bytes ?? "");
}

async function startHost(first: string): Promise<Host> {
  let folder = first;
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? "").replace(/[?#].*/, "")).replace(place, "");
    asked.push(path);
    void answer(join(folder, path === "" ? "index.html" : path), response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  return {
    address: `http://127.0.0.1:${typeof bound === "object" ? bound?.port : ""}${place}`,
    serve: (next) => {
      folder = next;
    },
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const endings = /\.(js|css|html)$/;

/** The same page as another build would name its scripts and styles, with a title of its own. */
async function writeNextRelease(folder: string): Promise<void> {
  await cp("dist/page", folder, { recursive: true });
  const assets = await readdir(join(folder, "assets"));
  const names = assets.filter((name) => endings.test(name));
  const renamed = (text: string): string =>
    names.reduce((sum, name) => sum.replaceAll(name, name.replace(endings, "-next$&")), text);
  for (const name of [...names.map((one) => `assets/${one}`), "index.html"]) {
    await writeFile(join(folder, name), renamed(await readFile(join(folder, name), "utf8")));
  }
  for (const name of names) await rename(join(folder, "assets", name), join(folder, "assets", renamed(name)));
  const page = join(folder, "index.html");
  await writeFile(page, (await readFile(page, "utf8")).replace(/<meta\s+name="description"/, '<meta name="next" $&'));
  await writeServiceWorker(folder);
}

let browser: Browser;
let scratch: string;
let host: Host;
let context: BrowserContext;
const complaints: string[] = [];
beforeAll(async () => {
  const executablePath = findChrome();
  if (executablePath === null) throw new Error("No browser was found: install Chrome or Chromium, or set CHROME_PATH.");
  browser = await chromium.launch({ executablePath, args: [...launchArguments] });
  scratch = await mkdtemp(join(tmpdir(), "dps-offline-"));
  await writeNextRelease(join(scratch, "next"));
});
afterAll(async () => {
  await browser.close();
  await rm(scratch, { recursive: true });
});
beforeEach(async () => {
  host = await startHost("dist/page");
  context = await browser.newContext();
  complaints.length = 0;
});
afterEach(async () => {
  await context.close();
  await host.close();
});

async function visit(): Promise<Page> {
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("requestfailed", (request) => complaints.push(`${request.url()} failed`));
  await page.goto(host.address);
  return page;
}

/** Resolves when the release is kept. */
const kept = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    while (active?.state !== "activated") await new Promise((resolve) => setTimeout(resolve, 20));
  });

/** Names of the scripts and styles that the page has loaded so far. */
const loaded = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() =>
    performance.getEntriesByType("resource").flatMap(({ name }) => (/\.(js|css)$/.test(name) ? [name] : [])),
  );

const newVersion = (page: Page) => page.getByText("A new version of this page is there.");
const isNext = async (page: Page): Promise<boolean> => (await page.locator("meta[name=next]").count()) > 0;

/** Presses the demo's button at once, and waits for its first steps on the GPU. */
async function train(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Train it yourself" }).click();
  const note = page.getByRole("region", { name: "The demo: what to look at" });
  await expect.poll(() => note.innerText(), { timeout: 200_000 }).toMatch(/Five steps were timed first/);
}

test("the second visit needs no network: the page opens from a sub-folder and trains", async () => {
  const first = await visit();
  // The model is fetched twice at a time: to be kept, and to be trained.
  await train(first);
  await kept(first);
  expect(await newVersion(first).count()).toBe(0);
  // What few visits want is not fetched for them.
  expect(host.asked.filter((path) => /\.wasm$|tuned|run\.json/.test(path))).toEqual([]);
  await first.close();
  await host.close();
  const page = await visit();
  await train(page);
  expect(complaints).toEqual([]);
}, 300_000);

test("what few visits want is kept when it was first asked for, and never another release's", async () => {
  await kept(await visit());
  const page = await visit();
  const ask = (path: string) =>
    page.evaluate(
      async (address) =>
        await fetch(address).then(
          async (response) => (await response.text()).length,
          () => "refused",
        ),
      host.address + path,
    );
  const length = await ask("recorded/run.json");
  expect(length).toBeGreaterThan(100_000);
  host.serve(join(scratch, "none"));
  expect(await ask("recorded/run.json")).toBe(length);
  expect(host.asked.filter((path) => path === "recorded/run.json")).toHaveLength(1);
  expect(await ask("models/tuned/sentiment.safetensors")).toBe("refused");
  await cp("dist/page", join(scratch, "other"), { recursive: true });
  await writeFile(join(scratch, "other/models/tuned/sentiment.safetensors"), "another");
  host.serve(join(scratch, "other"));
  expect(await ask("models/tuned/sentiment.safetensors")).toBe("refused");
});

test("a new release waits: the old one works wholly from what is kept, until the last tab asks for the new", async () => {
  await kept(await visit());
  await context.pages()[0]?.close();
  host.serve(join(scratch, "next"));
  const page = await visit();
  await newVersion(page).waitFor();
  host.asked.length = 0;
  // Scripts that were not yet loaded.
  await page.getByRole("button", { name: "Downloads" }).first().click();
  await page.getByRole("dialog", { name: "Downloads" }).waitFor();
  await page.keyboard.press("Escape");
  const second = await visit();
  await newVersion(second).waitFor();
  for (const tab of [page, second]) {
    expect(await isNext(tab)).toBe(false);
    expect((await loaded(tab)).filter((name) => name.includes("-next."))).toEqual([]);
  }
  expect(host.asked.filter((path) => path !== "service-worker.js")).toEqual([]);

  await second.getByRole("button", { name: "Reload", exact: true }).click();
  await second.getByText("It is open in 1 other tab: close that first, then reload.").waitFor();
  expect(await isNext(second)).toBe(false);
  await page.close();
  const reloaded = second.waitForEvent("load");
  await second.getByRole("button", { name: "Reload", exact: true }).click();
  await reloaded;
  expect(await isNext(second)).toBe(true);
  await second.getByRole("button", { name: "Downloads" }).first().click();
  await second.getByRole("dialog", { name: "Downloads" }).waitFor();
  const names = await loaded(second);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !name.includes("-next."))).toEqual([]);
  expect(await newVersion(second).count()).toBe(0);
  expect(await second.evaluate(() => caches.keys())).toHaveLength(1);
  expect(complaints).toEqual([]);
});
