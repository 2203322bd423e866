import { readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { theme } from "../../src/ui/theme.ts";
import { openBrowser } from "./browser.ts";
import type { Browser, OpenPage } from "./browser.ts";

// That nothing of the page itself is refused, every other test here sees: a refusal is an error of the console.
let browser: Browser;
let opened: OpenPage;
beforeAll(async () => {
  browser = await openBrowser({ webgpu: false });
  opened = await browser.open();
});
afterAll(async () => {
  await browser.close();
});

test("the theme comes without a style that is written into the page", async () => {
  const found = await opened.page.evaluate(() => ({
    written: document.querySelectorAll("style").length,
    accent: getComputedStyle(document.documentElement).getPropertyValue("--mantine-color-iris-8"),
  }));
  expect(found).toEqual({ written: 0, accent: theme.colors?.["iris"]?.[8] });
});

const elsewhere = "https://elsewhere.example/";

test.each<[string, string, (address: string) => unknown]>([
  [
    "a style that is written into the page",
    "style-src-elem",
    () => document.head.append(Object.assign(document.createElement("style"), { textContent: "p { color: red }" })),
  ],
  ["a style of an element's text", "style-src-attr", () => document.body.setAttribute("style", "color: red")],
  ["markup from a text", "require-trusted-types-for", () => (document.createElement("p").innerHTML = "<b>text</b>")],
  ["a request to another place", "connect-src", (address) => void fetch(address).catch(() => undefined)],
  [
    "a script of another place",
    "script-src-elem",
    (address) =>
      document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href: address })),
  ],
  ["a picture of another place", "img-src", (address) => Object.assign(new Image(), { src: address })],
  [
    "another page in a frame",
    "frame-src",
    (address) => document.body.append(Object.assign(document.createElement("iframe"), { src: address })),
  ],
])("%s is refused", async (_, directive, deed) => {
  const refusal = opened.page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const told = ({ effectiveDirective }: SecurityPolicyViolationEvent): void => resolve(effectiveDirective);
        document.addEventListener("securitypolicyviolation", told, { once: true });
      }),
  );
  await opened.page.evaluate(deed, elsewhere).catch(() => undefined);
  expect(await refusal).toBe(directive);
});

test("a worker of another place is refused", async () => {
  await expect(opened.page.evaluate((address) => void new Worker(address), elsewhere)).rejects.toThrow(
    "not this page's",
  );
});

test("what is refused to the engine is a complaint as well, in every test here", async () => {
  await expect.poll(() => opened.page.workers().length).toBe(1);
  const [engine] = opened.page.workers();
  expect(await engine?.evaluate(() => fetch("http://elsewhere.example/").catch(() => "refused"))).toBe("refused");
  await expect
    .poll(() => opened.complaints)
    .toContainEqual(expect.stringMatching(/elsewhere\.example.* refused to the engine .*connect-src/));
});

test("npm start says the same by headers; the engine alone may ask other places", async () => {
  const headersOf = async (path: string) =>
    (await opened.page.request.get(new URL(path, browser.address).href)).headers();
  const page = await headersOf("");
  expect(page).toMatchObject({
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": expect.stringMatching(/camera=\(\), .*microphone=\(\)/),
    "referrer-policy": "no-referrer",
  });
  expect(page["content-security-policy"]).toMatch(/connect-src 'self';.*frame-ancestors 'none'/);
  expect(page["content-security-policy"]).toMatch(/default-src 'none';.*script-src 'self' 'wasm-unsafe-eval';/);
  const engine = readdirSync("dist/page/assets").filter((name) => name.startsWith("engine-trainer.worker"));
  expect(engine).toHaveLength(1);
  expect((await headersOf(`assets/${engine[0]}`))["content-security-policy"]).toContain("connect-src 'self' https:");
});

test("what is kept for a visit without a network has the same policies and headers", async () => {
  const keeping = await openBrowser({ webgpu: false, serviceWorkers: "allow" });
  try {
    const { page, complaints } = await keeping.open();
    await page.evaluate(async () => {
      const { active } = await navigator.serviceWorker.ready;
      while (active?.state !== "activated") await new Promise((resolve) => setTimeout(resolve, 20));
    });
    const answer = await page.reload();
    expect(answer?.fromServiceWorker()).toBe(true);
    expect(answer?.headers()).toMatchObject({
      "x-content-type-options": "nosniff",
      "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
    });
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await expect.poll(() => page.workers().length).toBe(1);
    const [engine] = page.workers();
    expect(await engine?.evaluate(() => fetch("http://elsewhere.example/").catch(() => "refused"))).toBe("refused");
    await expect.poll(() => complaints).toContainEqual(expect.stringMatching(/refused to the engine .*connect-src/));
    expect(complaints.filter((complaint) => !complaint.includes("elsewhere.example"))).toEqual([]);
  } finally {
    await keeping.close();
  }
});
