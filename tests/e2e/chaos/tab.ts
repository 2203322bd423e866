import type { BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import { completed, runs } from "../steps.ts";

export const patient = { timeout: 120_000, interval: 100 };

/** The tab that trains; another takes its place when it is closed. */
export interface Tab {
  readonly address: string;
  readonly context: BrowserContext;
  page: Page;
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** What a person would press to have the experiment go on, whatever happened to it. */
const ways = ["Go on", "Start again on a fresh device", "Try again", "Run what is missing"];

/** Presses it; false where there is nothing to press, or it may not be pressed yet. */
async function pressWay(page: Page): Promise<boolean> {
  for (const name of ways) {
    const way = button(page, name).first();
    if (!(await way.isVisible()) || !(await way.isEnabled())) continue;
    // It may be gone by then, for the page does much by itself.
    await way.click({ timeout: 2000 }).catch(() => undefined);
    return true;
  }
  return false;
}

/** Whether an experiment goes on. */
export const isActive = (page: Page): Promise<boolean> => button(page, "Stop").isVisible();

/** Brings the experiment back to life. Resolves with whether all its runs are finished. */
export async function revive(page: Page, runCount: number): Promise<boolean> {
  let finished = false;
  const look = async (): Promise<boolean> => {
    if (await isActive(page)) return true;
    finished = (await completed(page).count()) === runCount && (await button(page, "Run").isVisible());
    if (!finished) await pressWay(page);
    return finished;
  };
  await expect.poll(look, patient).toBe(true);
  return finished;
}

/** Steps done of all runs, as the table has them. */
export async function stepsOf(page: Page): Promise<number> {
  // Cell by cell: a row that is not drawn just then has no blanks between them, and a seed before its steps.
  const cells = await runs(page).getByRole("cell").allInnerTexts();
  return cells.reduce((sum, cell) => sum + Number(/^\s*(\d+)\s*\/ \d+/.exec(cell)?.[1] ?? 0), 0);
}

/** Waits until so many more steps are done, or nothing goes on any more. */
export async function further(page: Page, steps: number): Promise<void> {
  const wanted = (await stepsOf(page)) + steps;
  await expect.poll(async () => (await stepsOf(page)) >= wanted || !(await isActive(page)), patient).toBe(true);
}

/** What storage itself has of the experiment that goes on: how many runs are finished; null without an entry. */
export async function keptRuns(page: Page): Promise<number | null> {
  return await page.evaluate(
    () =>
      new Promise<number | null>((resolve, reject) => {
        const opening = indexedDB.open("dps-playground");
        opening.addEventListener("error", () => reject(new Error("The database cannot be opened.")));
        opening.addEventListener("success", () => {
          const database = opening.result;
          const reading = database.transaction("heads").objectStore("heads").getAll();
          reading.addEventListener("success", () => {
            const heads: readonly { readonly over: boolean; readonly completed: number }[] = reading.result;
            database.close();
            resolve(heads.find(({ over }) => !over)?.completed ?? null);
          });
        });
      }),
  );
}
