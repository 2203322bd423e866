import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "./browser.ts";
import type { Browser } from "./browser.ts";

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

async function recorded(page: Page): Promise<void> {
  await page.getByRole("heading", { name: "A recorded run" }).waitFor();
  await page.getByRole("region", { name: "All runs" }).waitFor();
  // Charts and what fades in.
  await page.waitForTimeout(1000);
}

describe.each(["light", "dark"] as const)("axe finds nothing wrong, %s", (colorScheme) => {
  test("with a result, with every step unfolded, in the windows, and on the first screen", async () => {
    const { page } = await browser.open();
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await recorded(page);
    expect(await violations(page)).toEqual([]);
    for (const control of await page
      .getByRole("heading", { level: 2 })
      .getByRole("button", { expanded: false })
      .all()) {
      await control.click();
    }
    await page.waitForTimeout(300);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Downloads" }).first().click();
    await page.getByRole("dialog").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "DPS Playground" }).click();
    await page.getByRole("button", { name: "Look at a recorded run" }).waitFor();
    expect(await violations(page)).toEqual([]);
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

test("at 320 px and at 200 % of 1,280 px nothing has to be scrolled sideways", async () => {
  const { page } = await browser.open();
  await recorded(page);
  for (const width of [320, 640]) {
    await page.setViewportSize({ width, height: 800 });
    await page.waitForTimeout(300);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
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
