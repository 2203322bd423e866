import { readFile } from "node:fs/promises";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExperimentResult } from "../../src/contract/run.ts";
import { createFakeTrainer } from "../store/fake-trainer.ts";
import { openBrowser } from "./browser.ts";
import type { Browser, OpenPage } from "./browser.ts";

let browser: Browser;
let result: ExperimentResult;
let open: OpenPage;
let page: Page;

beforeAll(async () => {
  const methods = ["plain", "one", "two"].map((id) => ({ id, values: {} }));
  const plan = { methods, seeds: [1, 2, 3], training: {}, grid: [], order: "sequential" as const };
  result = await createFakeTrainer().start(plan, () => undefined);
  browser = await openBrowser({ webgpu: false });
  open = await browser.open("", async (fresh) => {
    await fresh.emulateMedia({ colorScheme: "dark" });
    await fresh.setViewportSize({ width: 1440, height: 1000 });
    await fresh.route("**/recorded/run.json", (route) => route.fulfill({ json: result }));
  });
  page = open.page;
  await page.getByRole("figure", { name: "Training loss" }).waitFor();
});
afterAll(async () => {
  await browser.close();
});

const chart = (title: string): Locator => page.getByRole("figure", { name: title, exact: true });

/** Chooses from a chart's menu. */
async function choose(title: string, item: string): Promise<void> {
  await page.getByRole("button", { name: `${title}: save, or show as a table` }).click();
  await page.getByRole("menuitem", { name: item }).click();
  await page.getByRole("menu").waitFor({ state: "hidden" });
}

async function save(
  title: string,
  kind: "PNG" | "SVG" | "CSV",
): Promise<{ readonly name: string; readonly file: Buffer }> {
  const download = page.waitForEvent("download");
  await choose(title, `Save as ${kind}`);
  const saved = await download;
  return { name: saved.suggestedFilename(), file: await readFile(await saved.path()) };
}

/** Mean and sample deviation of the first losses of a method, which no smoothing changes. */
function firstLoss(method: string): readonly [number, number] {
  const losses = result.runs.filter((run) => run.method === method).map((run) => run.steps[0]?.loss ?? Number.NaN);
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const squares = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0);
  return [mean, Math.sqrt(squares / (losses.length - 1))];
}

/** Moves the mouse over a plot to shares of its width, one after another. */
async function move(plot: Locator, ...shares: readonly number[]): Promise<void> {
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  if (box === null) throw new Error("The plot is not on the page.");
  for (const share of shares) await page.mouse.move(box.x + share * box.width, box.y + box.height / 2);
}

/** Presses the mouse at one share of a plot's width and lets go at another. */
async function drag(plot: Locator, from: number, to: number): Promise<void> {
  await move(plot, from);
  await page.mouse.down();
  await move(plot, (from + to) / 2, to);
  await page.mouse.up();
}

describe("a chart is saved", () => {
  test("as CSV, with all that is drawn", async () => {
    const { name, file } = await save("Training loss", "CSV");
    expect(name).toMatch(/^[\p{L}\p{N}-]+-training-loss\.csv$/u);
    const [head = "", first = "", ...others] = file.toString("utf8").trimEnd().split("\r\n");
    const labels = ["plain", "one", "two"].map((id) => result.runs.find(({ method }) => method === id)?.label ?? "");
    expect(head.split(",")).toEqual(["Step", ...labels.flatMap((label) => [label, `${label} ± std`])]);
    const [step, ...values] = first.split(",").map(Number);
    expect(step).toBe(1);
    for (const [index, want] of ["plain", "one", "two"].flatMap(firstLoss).entries())
      expect(values[index]).toBeCloseTo(want, 9);
    expect(others).toHaveLength((result.runs[0]?.steps.length ?? 0) - 1);
  });

  test.each(["Training loss", "Every seed", "Cost", "The subnetwork"])(
    "as SVG that stands alone: %s",
    async (title) => {
      const { file } = await save(title, "SVG");
      const text = file.toString("utf8");
      // Alone in a page of its own: this one takes no markup from a text.
      const alone = await page.context().newPage();
      const read = await alone.evaluate((svg) => {
        const drawing = new DOMParser().parseFromString(svg, "image/svg+xml");
        const names = [...drawing.querySelectorAll("text")].map((one) => one.textContent);
        const ground = drawing.documentElement.querySelector("rect")?.getAttribute("fill");
        return { broken: drawing.querySelector("parsererror") !== null, names: names.join("\n"), ground };
      }, text);
      await alone.close();
      expect(read.broken).toBe(false);
      // The page is dark; a picture is for paper.
      expect(read.ground).toBe("#ffffff");
      for (const word of [title, "DPS Dense"]) expect(read.names).toContain(word);
      expect(text).not.toMatch(/var\(|class=|oklab|foreignObject|href=/);
    },
  );

  test("as PNG of twice the size", async () => {
    const svg = (await save("Dev Accuracy", "SVG")).file.toString("utf8");
    const { name, file } = await save("Dev Accuracy", "PNG");
    expect(name).toMatch(/-dev-accuracy\.png$/);
    expect(file.subarray(1, 4).toString("latin1")).toBe("PNG");
    // The header of a PNG has its width and height at bytes 16 and 20.
    const size = /width="(\d+)" height="(\d+)"/.exec(svg)?.slice(1).map(Number) ?? [];
    expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual(size.map((one) => 2 * one));
  });
});

test("every chart is there as a table, which the keyboard reaches", async () => {
  const titles = await page
    .getByRole("button", { name: ": save, or show as a table" })
    .evaluateAll((buttons) => buttons.map((button) => (button.getAttribute("aria-label") ?? "").split(":")[0] ?? ""));
  expect(titles.length).toBeGreaterThanOrEqual(7);
  for (const title of titles) {
    await choose(title, "Show as a table");
    const region = chart(title).getByRole("region", { name: `${title}, as a table` });
    await region.waitFor();
    expect(await region.getByRole("row").count()).toBeGreaterThan(1);
    await region.focus();
    expect(await region.evaluate((element) => element === document.activeElement)).toBe(true);
    await choose(title, "Show as a chart");
  }
});

test("a part of the axis is shown by dragging and by keyboard, and all of it again", async () => {
  const plot = chart("Training loss").locator("svg.recharts-surface").first();
  const ends = page.getByRole("slider", { name: /^Curves (from|to)$/ });
  const spoken = () => ends.evaluateAll((all) => all.map((one) => one.getAttribute("aria-valuetext")));
  const whole = await spoken();
  await drag(plot, 0.4, 0.7);
  await expect.poll(spoken).not.toEqual(whole);
  const [from = "", to = ""] = await spoken();
  expect(Number(from?.slice(5))).toBeGreaterThan(5);
  expect(Number(to?.slice(5))).toBeLessThan(35);
  const axis = chart("Gradient norm").locator(".recharts-xAxis .recharts-cartesian-axis-tick-value");
  expect((await axis.allInnerTexts()).map(Number).every((tick) => tick >= Number(from?.slice(5)))).toBe(true);
  await page.getByRole("button", { name: "Show all" }).click();
  await expect.poll(spoken).toEqual(whole);
  await ends.first().focus();
  for (let press = 0; press < 60; press++) await page.keyboard.press("ArrowRight");
  await expect.poll(async () => (await spoken())[0]).not.toBe(whole[0]);
  await plot.dblclick({ position: { x: 200, y: 80 }, force: true });
  await expect.poll(spoken).toEqual(whole);
});

test("hovering marks the same place in every chart of curves, with its values", async () => {
  const titles = ["Training loss", "Dev accuracy", "Gradient norm", "Learning rate"];
  const tip = (title: string): Locator => chart(title).locator(".recharts-tooltip-wrapper");
  for (const title of titles) {
    // The middle of 40 steps, which was evaluated at 18 and 24.
    await move(chart(title).locator("svg.recharts-surface").first(), 0.45, 0.5);
    for (const other of titles) {
      await expect
        .poll(() => tip(other).textContent(), { message: `${other}, from ${title}` })
        .toMatch(/^Step \d+.*DPS Dense/);
    }
  }
});

test("none of this has anything to complain of", () => {
  expect(open.complaints).toEqual([]);
});
