import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSetupLink, writeSetupLink, type LinkedSetup } from "../../src/contract/links/setup-link.ts";
import { catalog } from "../../src/experiment/catalog.ts";
import { tagsOf, textOf } from "../report/read-html.ts";
import { openBrowser, type Browser, type OpenPage } from "./browser.ts";
import { openSteps } from "./steps.ts";

/** On a software GPU that has other work beside, compiling alone takes a minute. */
const patienceMs = 600_000;

const shared: LinkedSetup = {
  name: "A few steps",
  plan: {
    methods: [
      { id: "vanilla", values: {} },
      { id: "mixout", values: {} },
    ],
    seeds: [4, 9],
    training: { steps: 3, batchSize: 2, devLimit: 8, maxLength: 32 },
    grid: [],
    order: "sequential",
  },
  rows: { sampleCount: null, sampleSeed: 0 },
  model: { kind: "bundled", id: "bert-mini-distilled" },
  data: { kind: "sample", id: "sentiment" },
};

let browser: Browser;
let opened: OpenPage;
beforeAll(async () => {
  browser = await openBrowser();
  opened = await browser.open(writeSetupLink(shared), async (page) => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  });
});
afterAll(async () => {
  await browser.close();
});

const note = (page: Page) => page.getByRole("region", { name: "Settings from a link" });
const clipboard = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
const runButton = (page: Page) => page.getByRole("button", { name: "Run", exact: true });

test(
  "a link restores plan, model and task, runs nothing by itself, and one press of Run repeats the experiment",
  async () => {
    const { page, complaints } = opened;
    await note(page).getByText("All is there").waitFor({ timeout: 120_000 });
    const text = await note(page).innerText();
    for (const said of ["A few steps", "Vanilla, Mixout", "4, 9", "Sentiment"]) expect(text).toContain(said);
    expect(new URL(page.url()).hash).toBe("");
    expect(await page.getByRole("region", { name: "Progress" }).count()).toBe(0);
    await runButton(page).click();
    await page.getByRole("button", { name: "Stop", exact: true }).waitFor();
    await page.getByRole("button", { name: "Stop", exact: true }).waitFor({ state: "detached", timeout: 500_000 });
    const runs = await page.getByRole("region", { name: "All runs" }).innerText();
    expect(runs.match(/completed/g)).toHaveLength(4);
    expect(runs.match(/3 \/ 3/g)).toHaveLength(4);
    expect(complaints).toEqual([]);
  },
  patienceMs,
);

test("the report says what the page says, in one file without scripts", async () => {
  const { page, complaints } = opened;
  const verdict = await page.locator("p[data-verdict]").innerText();
  expect(verdict).toMatch(/Mixout .*Vanilla/);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Report" }).click();
  const report = await readFile(await (await saved).path(), "utf8");
  expect(textOf(report)).toContain(verdict.trim());
  expect(textOf(report)).toContain("Sample task: sentiment");
  expect(tagsOf(report).map(({ name }) => name)).not.toContain("script");
  const reader = await (await page.context().browser()?.newContext({ javaScriptEnabled: false }))?.newPage();
  await reader?.setContent(report);
  expect(await reader?.getByRole("heading", { level: 1 }).innerText()).toBe("Sample task: sentiment");
  // With its style sheet, pictures are as wide as their place.
  const box = await reader?.getByRole("img", { name: /^Mixout:/ }).first().boundingBox(); // prettier-ignore
  expect(box?.width).toBeGreaterThan(600);
  expect(complaints).toEqual([]);
});

test("a link copied at the result holds what was run, and tables are copied as text", async () => {
  const { page, complaints } = opened;
  await page.getByRole("button", { name: "Copy link" }).first().click();
  await page.getByText("Copied", { exact: true }).waitFor();
  const address = new URL(await clipboard(page));
  expect(address.origin + address.pathname).toBe(new URL(browser.address).origin + new URL(browser.address).pathname);
  const setup = readSetupLink(address.hash, catalog());
  expect([setup.plan.seeds, setup.model, setup.data]).toEqual([[4, 9], shared.model, shared.data]);
  expect(setup.plan.training).toMatchObject(shared.plan.training);
  await page.getByRole("button", { name: "Copy as" }).first().click();
  await page.getByRole("menuitem", { name: "LaTeX" }).click();
  await page.getByText("Copied as LaTeX").waitFor();
  expect(await clipboard(page)).toMatch(/\\toprule[^]*Vanilla & [^]*Mixout & [^]*\\bottomrule/);
  expect(complaints).toEqual([]);
});

test("another link takes the place of the settings, which can be restored; a broken one is told", async () => {
  const { page } = opened;
  const seeds = page.getByRole("textbox", { name: "Seeds", exact: true });
  await openSteps(page, "Methods & seeds");
  await seeds.fill("1-3");
  await page.getByRole("button", { name: "Dismiss this note" }).click();
  const other = writeSetupLink({ ...shared, plan: { ...shared.plan, seeds: [7] } });
  await page.evaluate((hash) => void (window.location.hash = hash), other);
  await expect.poll(() => seeds.inputValue()).toBe("7");
  await note(page).getByText("All is there").waitFor({ timeout: 60_000 });
  await note(page).getByRole("button", { name: "Restore my settings" }).click();
  expect(await seeds.inputValue()).toBe("1-3");
  await page.evaluate(() => void (window.location.hash = "#plan=AAAA"));
  await page.getByText("The link is damaged").waitFor();
  expect([await seeds.inputValue(), new URL(page.url()).hash]).toEqual(["1-3", ""]);
});
