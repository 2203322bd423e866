import { readFile } from "node:fs/promises";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeResult } from "../../src/analysis/result-text.ts";
import { matricesOf, type Masks } from "../analysis/subnetwork/masks.ts";
import { watchedResult } from "../store/fake-subnetwork.ts";
import { createFakeTrainer } from "../store/fake-trainer.ts";
import { openBrowser } from "./browser.ts";
import type { Browser, OpenPage } from "./browser.ts";

const model = { layers: 2, heads: 2, hidden: 32, intermediate: 64 };
const matrices = matricesOf(model);
const cycles = 4;
/** The matrix whose masks the result keeps. */
const valueMatrix = 2;

let browser: Browser;
let masks: ReadonlyMap<string, Masks>;
let body: string;
beforeAll(async () => {
  browser = await openBrowser({ webgpu: false });
  const plan = {
    methods: ["plain", "one", "two"].map((id) => ({ id, values: {} })),
    seeds: [1, 2],
    training: {},
    grid: [],
    order: "sequential" as const,
  };
  const plain = await createFakeTrainer().start(plan, () => undefined);
  const made = watchedResult(plain, model, { one: "settling", two: "columns" }, cycles);
  masks = made.masks;
  body = writeResult(made.result);
});
afterAll(async () => {
  await browser.close();
});

async function withResult(page: Page): Promise<void> {
  await page.route("**/recorded/run.json", (route) => route.fulfill({ contentType: "application/json", body }));
}

async function opened(): Promise<OpenPage & { readonly view: Locator }> {
  const open = await browser.open("", withResult);
  open.page.setDefaultTimeout(60_000);
  const view = open.page.getByRole("figure", { name: "The subnetwork", exact: true });
  await view.getByRole("heading", { name: "Is it still moving?" }).waitFor();
  return { ...open, view };
}

async function choose(page: Page, view: Locator, item: string): Promise<void> {
  await view.getByRole("button", { name: "The subnetwork: save, or show as a table" }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

/** A table of the page by its rows' heads: the value, and what random masks would have. */
async function tableOf(view: Locator, name: string): Promise<Map<string, readonly [value: number, chance: number]>> {
  const rows = await view
    .getByRole("region", { name: `${name}: table` })
    .locator("tbody tr")
    .allInnerTexts();
  return new Map(
    rows.map((row) => {
      const [of = "", cycle = "", value = "", chance = ""] = row.split("\t");
      return [`${of} @${cycle}`, [Number(value), Number(chance)]];
    }),
  );
}

/** As the page rounds them: four digits. */
function expectNear(shown: number | undefined, want: number): void {
  expect(Math.abs((shown ?? Number.NaN) - want)).toBeLessThanOrEqual(5e-4 * Math.abs(want) + 1e-12);
}

const bit = (all: Masks, cycle: number, index: number, i: number): number => all[cycle]?.[index]?.[i] ?? 0;

/** Weights of some matrices for which something holds, as a share of those that are looked at. */
function shareOf(
  wanted: (index: number) => boolean,
  looked: (index: number, i: number) => boolean,
  holds: (index: number, i: number) => boolean,
): number {
  let [count, size] = [0, 0];
  for (const [index, { rows, cols }] of matrices.entries()) {
    if (!wanted(index)) continue;
    for (let i = 0; i < rows * cols; i++) {
      if (!looked(index, i)) continue;
      size++;
      if (holds(index, i)) count++;
    }
  }
  return count / size;
}

test("every number of the view is that of the masks", async () => {
  const { page, view, complaints } = await opened();
  const own = masks.get("one-seed1") ?? [];
  const last = cycles - 1;
  await choose(page, view, "Show as a table");
  const where = await tableOf(view, "Where, share selected");
  expect(where.size).toBe(2 * (8 + 64 + 32));
  for (const [part, name] of ["query", "key", "value", "output"].entries()) {
    for (const head of [0, 1]) {
      // Layer 2 has the matrices from 6 on; heads are halves of the rows, of the output's columns.
      const inHead = (index: number, i: number): boolean =>
        Math.floor((index === 9 ? i % 32 : Math.floor(i / 32)) / 16) === head;
      const want = shareOf(
        (index) => index === 6 + part,
        inHead,
        (index, i) => bit(own, last, index, i) === 1,
      );
      const [shown, chance] = where.get(`Layer 2 · head ${head + 1} · ${name} @${cycles}`) ?? [];
      expectNear(shown, want);
      expect(chance).toBe(0.7);
    }
  }
  const neuron = shareOf(
    (index) => index === 4 || index === 5,
    (index, i) => (index === 4 ? Math.floor(i / 32) : i % 64) === 9,
    (index, i) => bit(own, last, index, i) === 1,
  );
  expectNear(where.get(`Layer 1 · neuron 10 @${cycles}`)?.[0], neuron);
  const moved = await tableOf(view, "Swapped since the cycle before");
  for (let cycle = 1; cycle < cycles; cycle++) {
    const swapped = shareOf(
      (index) => index < 6,
      (index, i) => bit(own, cycle, index, i) === 1,
      (index, i) => bit(own, cycle - 1, index, i) === 0,
    );
    expectNear(moved.get(`Layer 1 @${cycle + 1}`)?.[0], swapped);
  }
  const core = await tableOf(view, "Core, share of weights by times selected");
  const always = shareOf(
    () => true,
    () => true,
    (index, i) => own.every((_, cycle) => bit(own, cycle, index, i) === 1),
  );
  expectNear(core.get(`4 times @${cycles}`)?.[0], always);
  expectNear(core.get(`4 times @${cycles}`)?.[1], 0.7 ** 4);
  const other = masks.get("one-seed2") ?? [];
  const both = shareOf(
    () => true,
    (index, i) => bit(own, last, index, i) + bit(other, last, index, i) > 0,
    (index, i) => bit(own, last, index, i) + bit(other, last, index, i) === 2,
  );
  const overlaps = await tableOf(view, "Jaccard index of runs");
  expectNear(overlaps.get(`seed 1 and seed 2 @${cycles}`)?.[0], both);
  expect(complaints).toEqual([]);
});

test("the inspector shows the masks that the result keeps, cycle by cycle, and is saved in the picture", async () => {
  const { page, view, complaints } = await opened();
  const own = masks.get("one-seed1") ?? [];
  const counts = (cycle: number): number[] => {
    const of = (now: number, was: number): number => {
      const all = Array.from({ length: 16 * 32 }, (_, i) => i);
      return all.filter((i) => bit(own, cycle, valueMatrix, i) === now && bit(own, cycle - 1, valueMatrix, i) === was)
        .length;
    };
    return [of(1, 1), of(1, 0), of(0, 1), of(0, 0)];
  };
  const shown = async (): Promise<number[]> =>
    (await view.getByRole("list").filter({ hasText: "stays selected" }).locator("b").allInnerTexts()).map(Number);
  await view.getByRole("heading", { name: "Layer 1 · head 1 · value" }).waitFor();
  await expect.poll(shown).toEqual(counts(cycles - 1));
  const slider = view.getByRole("slider", { name: "Cycle", exact: true });
  await slider.press("ArrowLeft");
  await view.getByText("Cycle 3 of 4 · step 50", { exact: true }).waitFor();
  await expect.poll(shown).toEqual(counts(cycles - 2));
  const pixels = view.getByRole("slider", { name: /^Layer 1 · head 1 · value, 16 × 32 weights/ });
  for (const key of ["ArrowDown", "ArrowDown", "ArrowRight"]) await pixels.press(key);
  const times = [0, 1, 2].reduce((sum, cycle) => sum + bit(own, cycle, valueMatrix, 32 + 1), 0);
  expect(await pixels.getAttribute("aria-valuetext")).toMatch(
    new RegExp(`^row 2, column 2: .*in ${times} of 3 selections`),
  );
  await view.getByRole("combobox", { name: "Place to look at" }).selectOption({ label: "head 1 · query" });
  await view.getByText(/A result file keeps the masks of a matrix or two/).waitFor();
  const saved = page.waitForEvent("download");
  await choose(page, view, "Save as PNG");
  const file = await readFile(await (await saved).path());
  expect(file.subarray(1, 4).toString()).toBe("PNG");
  expect(file.length).toBeGreaterThan(20_000);
  expect(complaints).toEqual([]);
});
