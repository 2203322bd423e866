import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeSetupLink } from "../../src/contract/links/setup-link.ts";
import { openBrowser } from "./browser.ts";
import type { Browser } from "./browser.ts";
import { cutTexts, openSteps, unfold } from "./steps.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser({ webgpu: false });
});
afterAll(async () => {
  await browser.close();
});

const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");

/** What axe finds wrong by the rules of WCAG 2.2 AA and good practice: rule, and the first place. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const found: unknown = await page.evaluate(
    "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).slice(0, 3).join(' | ')}`))",
  );
  return Array.isArray(found) ? found.map(String) : ["axe gave no list"];
}

const link = writeSetupLink({
  name: "A few steps",
  plan: { methods: [{ id: "vanilla", values: {} }], seeds: [1], training: {}, grid: [], order: "sequential" },
  rows: { sampleCount: null, sampleSeed: 0 },
  model: { kind: "bundled", id: "bert-mini-distilled" },
  data: { kind: "sample", id: "sentiment" },
});

async function recorded(page: Page): Promise<void> {
  await page.getByRole("heading", { name: "A recorded run" }).waitFor();
  await page.getByRole("region", { name: "All runs" }).waitFor();
  const subnetwork = page.getByRole("figure", { name: "The subnetwork", exact: true });
  await subnetwork.getByRole("slider", { name: "Cycle", exact: true }).waitFor();
  await page.getByRole("region", { name: "Look into the answers" }).waitFor();
  // Charts and what fades in.
  await page.waitForTimeout(1000);
}

describe.each(["light", "dark"] as const)("axe finds nothing wrong, %s", (colorScheme) => {
  test("with a result, with every step unfolded, in the windows, and on the first screen", async () => {
    const { page } = await browser.open();
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await recorded(page);
    expect(await violations(page)).toEqual([]);
    await openSteps(page, "Model");
    await unfold(page);
    const mix = page.getByRole("region", { name: "DPS Mix", exact: true });
    await mix.getByText(/^What it does/).click();
    await page.waitForTimeout(300);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Model card" }).click();
    await page.getByRole("dialog").getByRole("heading", { name: /data/i }).first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Downloads" }).first().click();
    await page.getByRole("dialog").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "DPS Playground" }).click();
    await page.getByRole("button", { name: "Look at a recorded run" }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test("in the subnetwork's tables, in a link's note, and in the report", async () => {
    const { page } = await browser.open(link);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.getByRole("region", { name: "Settings from a link" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto(browser.address);
    await recorded(page);
    await page.getByRole("button", { name: "The subnetwork: save, or show as a table" }).click();
    await page.getByRole("menuitem", { name: "Show as a table" }).click();
    await page.getByRole("region", { name: "The subnetwork, as a table" }).waitFor();
    await page.waitForTimeout(300);
    expect(await violations(page)).toEqual([]);
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Report", exact: true }).click();
    const report = await readFile(await (await saved).path(), "utf8");
    const reader = await page.context().newPage();
    await reader.emulateMedia({ colorScheme });
    await reader.setContent(report);
    expect(await violations(reader)).toEqual([]);
  });

  test("on a narrow page, with the set-up over the results", async () => {
    const { page } = await browser.open();
    await page.setViewportSize({ width: 380, height: 800 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await recorded(page);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Set-up" }).click();
    expect(await violations(page)).toEqual([]);
  });
});

test("at 320 px and at 200 % of 1,280 px nothing has to be scrolled sideways, and no name is broken or cut off", async () => {
  const { page } = await browser.open();
  await recorded(page);
  for (const width of [320, 640]) {
    await page.setViewportSize({ width, height: 800 });
    await page.waitForTimeout(300);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(await cutTexts(page)).toEqual([]);
  }
});

test("by keyboard alone: the set-up opens and closes on a narrow page, and focus goes along", async () => {
  const { page } = await browser.open();
  await page.setViewportSize({ width: 768, height: 900 });
  await recorded(page);
  const button = page.getByRole("button", { name: "Set-up" });
  await button.focus();
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("setup");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.closest("#setup") !== null)).toBe(true);
  await page.keyboard.press("Escape");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("open-setup");
  expect(await button.getAttribute("aria-expanded")).toBe("false");
});

test("every stop of Tab has a clear outline, and every list that scrolls is one", async () => {
  const { page } = await browser.open();
  await recorded(page);
  await openSteps(page, "Model");
  await unfold(page);
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
  await page.mouse.click(2, 2);
  const [unclear, stops]: [string[], Set<string>] = [[], new Set()];
  for (;;) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const at = document.activeElement;
      if (at === null || at === document.body) return null;
      const clear = (element: Element | null): boolean => {
        if (element === null) return false;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
      };
      const name = `${at.tagName} ${at.getAttribute("aria-label") ?? at.textContent.slice(0, 40)}`;
      // Ticks and switches draw it around what stands beside them, the reader of pixels around the picture.
      return { name, clear: [at, at.nextElementSibling, at.parentElement].some(clear) };
    });
    if (stop === null) break;
    stops.add(stop.name);
    if (!stop.clear) unclear.push(stop.name);
  }
  expect(unclear).toEqual([]);
  for (const name of ["BUTTON Downloads", "SECTION All runs", "INPUT Cycle"]) expect([...stops]).toContain(name);
});

test("who asked for less motion sees the cycles one after another, without any movement between them", async () => {
  const { page } = await browser.open("", (fresh) => fresh.emulateMedia({ reducedMotion: "reduce" }));
  await recorded(page);
  const view = page.getByRole("figure", { name: "The subnetwork", exact: true });
  await view.getByRole("button", { name: "Play the cycles" }).click();
  for (const cycle of [1, 2, 3]) {
    await view.getByText(new RegExp(`^Cycle ${cycle} of`)).waitFor();
    const moving = await view.evaluate((figure) =>
      figure.getAnimations({ subtree: true }).filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 1),
    );
    expect(moving).toHaveLength(0);
  }
});

test("in forced colours, what is chosen and what is drawn are told by the reader's colours", async () => {
  const { page } = await browser.open("", (fresh) =>
    fresh.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" }),
  );
  await recorded(page);
  const colors = await page.evaluate(() => {
    const of = (selector: string, property: string): string => {
      const element = document.querySelector(selector);
      return element === null ? `no ${selector}` : getComputedStyle(element).getPropertyValue(property);
    };
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.cssText = "color: Highlight; background: CanvasText";
    const { color: highlight, backgroundColor: text } = getComputedStyle(probe);
    probe.remove();
    return {
      highlight: [
        of(".mantine-SegmentedControl-label[data-active]", "outline-color"),
        of(".mantine-Tabs-tab[data-active]", "border-bottom-color"),
      ].map((one) => one === highlight),
      text: [of("[data-scene] line[class*='zero']", "stroke")].map((one) => one === text),
    };
  });
  expect(colors).toEqual({ highlight: [true, true], text: [true] });
});

test("keys do what the list says, and nothing while a person types", async () => {
  const { page } = await browser.open();
  await recorded(page);
  await page.keyboard.press("?");
  const list = page.getByRole("dialog", { name: "Keys" });
  await list.waitFor();
  await page.keyboard.press("Escape");
  await list.waitFor({ state: "detached" });
  await page.keyboard.press("g");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("results");
  await page.getByRole("button", { name: /^Methods/ }).click();
  await page.getByRole("textbox", { name: "Seeds" }).focus();
  await page.keyboard.press("h");
  await page.getByRole("heading", { name: "A recorded run" }).waitFor();
  await page.getByRole("button", { name: /^Methods/ }).focus();
  await page.keyboard.press("h");
  await page.getByRole("heading", { name: "A recorded run" }).waitFor({ state: "detached" });
});

test("what is opened takes focus along, and is named", async () => {
  const { page } = await browser.open();
  await recorded(page);
  await page.getByRole("button", { name: "DPS Playground" }).click();
  await page.getByRole("button", { name: "Look at a recorded run" }).click();
  await recorded(page);
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("A recorded run");
  expect(await page.locator("output").allInnerTexts()).toContain("A recorded run is on show.");
});

test("files dropped on the right half are told and opened, and what is not known is said", async () => {
  const { page } = await browser.open();
  await recorded(page);
  const drop = async (name: string, text: string): Promise<void> => {
    const dataTransfer = await page.evaluateHandle(
      ([file, content]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([content], file));
        return transfer;
      },
      [name, text] as const,
    );
    await page.getByRole("main").dispatchEvent("drop", { dataTransfer });
  };
  await drop("cat.png", "x");
  await page.getByRole("alert").getByText("cat.png is not known").waitFor();
  await drop("mine.json", readFileSync("dist/page/recorded/run.json", "utf8"));
  await page.getByRole("heading", { name: "mine.json" }).waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
});
