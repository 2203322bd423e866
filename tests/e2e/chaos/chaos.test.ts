import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { Chance } from "../../fuzz/chance.ts";
import { openBrowser } from "../browser.ts";
import { completed, computed, run, savedResult, shortRunsLink } from "../steps.ts";
import { events } from "./events.ts";
import { further, isActive, keptRuns, patient, revive, stepsOf, type Tab } from "./tab.ts";

const runCount = 9;
const steps = 16;
const totalSteps = runCount * steps;
const link = shortRunsLink([1, 2, 3], { methods: ["vanilla", "dps-dense", "dps-mix"], steps });
/** npm run chaos sets both; 0: until each kind of event had its turn. */
const asked = process.env["CHAOS_MINUTES"];
const minutes = Number(asked ?? 0);
const seed = Number(process.env["CHAOS_SEED"] ?? 1);
/** A GPU process that crashes again and again is given up by the browser otherwise, and WebGPU with it. */
const flags = ["--disable-gpu-process-crash-limit", "--disable-domain-blocking-for-3d-apis"];

/** All kinds of events, in the order of the seed. */
function everyKind(chance: Chance): string[] {
  const names = Object.keys(events);
  return Object.keys(events).flatMap(() => names.splice(chance.below(names.length), 1));
}

/** Some of them, as they come. */
function someKinds(chance: Chance): string[] {
  return Array.from({ length: 4 + chance.below(6) }, () => chance.pick(Object.keys(events)));
}

/** Waits until the finished runs are on show that storage has. Resolves with how many of them are not. */
async function missing(page: Page, kept: number): Promise<number> {
  try {
    await expect.poll(() => completed(page).count(), { timeout: 20_000 }).toBeGreaterThanOrEqual(kept);
    return 0;
  } catch {
    return kept - (await completed(page).count());
  }
}

/** Runs the plan while things happen, which are taken off the list. Resolves with the result, and how many finished runs were lost. */
async function experiment(tab: Tab, chance: Chance, ahead: string[], note: (event: string) => void) {
  let [kept, lost] = [0, 0];
  await run(tab.page);
  for (;;) {
    const finished = await revive(tab.page, runCount);
    lost += await missing(tab.page, kept);
    if (finished) return { result: await savedResult(tab.page), lost };
    await further(tab.page, 1 + chance.below(4));
    // Near its end it may end at any moment, and nothing can happen to it any more.
    if (!(await isActive(tab.page)) || (await stepsOf(tab.page)) > totalSteps - 4) continue;
    const now = await keptRuns(tab.page);
    // Until it is known what goes on, there is nothing to go on with.
    if (now === null) continue;
    kept = now;
    const event = ahead.shift();
    if (event === undefined) continue;
    note(event);
    await events[event]?.(tab, runCount);
  }
}

// Each of these events has a test of its own beside this one, which takes minutes and is made for hours.
test.runIf(asked !== undefined)(
  "an experiment of nine runs to which everything happens loses no finished run, and ends with the bits of a quiet one",
  async () => {
    const browser = await openBrowser({ serviceWorkers: "allow", flags });
    try {
      const { page } = await browser.open();
      // What is needed without a network is there before anything else is fetched.
      await page.evaluate(async () => {
        const { active } = await navigator.serviceWorker.ready;
        while (active?.state !== "activated") await new Promise((resolve) => setTimeout(resolve, 20));
      });
      await page.goto(new URL(link, browser.address).href);
      await run(page);
      await expect.poll(() => completed(page).count(), { timeout: 240_000 }).toBe(runCount);
      await page.getByRole("button", { name: "Run", exact: true }).waitFor(patient);
      const quiet = computed(await savedResult(page));

      const context = page.context();
      await context.addInitScript(() => {
        const refuse = (): never => {
          throw new DOMException("Denied.", "SecurityError");
        };
        if (window.name === "no storage") Object.defineProperty(window, "indexedDB", { value: { open: refuse } });
      });
      const counts = new Map<string, number>();
      const endMs = Date.now() + minutes * 60_000;
      let [rounds, lost] = [0, 0];
      let ahead = everyKind(new Chance(seed, "chaos", 0));
      do {
        const chance = new Chance(seed, "chaos", rounds);
        // A short one goes on with what an experiment was too short for.
        if (minutes > 0) ahead = someKinds(chance);
        const tab: Tab = { address: browser.address, context, page: await context.newPage() };
        tab.page.on("dialog", (dialog) => void dialog.accept().catch(() => undefined));
        await context.pages()[0]?.close();
        await tab.page.goto(new URL(link, browser.address).href);
        const told: string[] = [];
        const note = (event: string): void => {
          told.push(event);
          counts.set(event, (counts.get(event) ?? 0) + 1);
        };
        const ended = await experiment(tab, chance, ahead, note).catch(async (cause: unknown) => {
          const page = await tab.page.locator("main").innerText();
          throw new Error(`Seed ${seed}, after ${told.join(", ")}; the page says: ${page.slice(0, 2000)}`, { cause });
        });
        lost += ended.lost;
        rounds += 1;
        expect(computed(ended.result), `seed ${seed}, experiment ${rounds}: ${told.join(", ")}`).toEqual(quiet);
      } while (minutes > 0 ? Date.now() < endMs : ahead.length > 0);
      const told = [...counts].map(([event, count]) => `${event} ${count}`).join(", ");
      console.log(
        `Chaos with seed ${seed}: ${rounds} experiments of ${runCount} runs, ${told}; ${lost} finished runs lost.`,
      );
      expect(lost).toBe(0);
      if (minutes === 0) expect([...counts.keys()].toSorted()).toEqual(Object.keys(events).toSorted());
    } finally {
      await browser.close();
    }
  },
  (minutes + 8) * 60_000,
);
