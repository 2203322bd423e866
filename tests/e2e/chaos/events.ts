import { expect } from "vitest";
import { further, isActive, patient, revive, type Tab } from "./tab.ts";

/** What can happen to an experiment. Each ends with the page as it may be found; who calls brings it back to life. */
export type ChaosEvent = (tab: Tab, runCount: number) => Promise<void>;

const list = (tab: Tab) => tab.page.getByRole("region", { name: "Your results" });

/** Told when the tab reloads, as to a person who stays. */
async function open(tab: Tab): Promise<void> {
  tab.page = await tab.context.newPage();
  tab.page.on("dialog", (dialog) => void dialog.accept().catch(() => undefined));
  await tab.page.goto(tab.address);
}

/** Moves the clocks of the page or of the engine: an hour has passed, or the machine slept, and the date is another. */
function jump(days: number): void {
  const [now, date] = [performance.now.bind(performance), Date.now.bind(Date)];
  performance.now = () => now() + 3_600_000;
  Date.now = () => date() + days * 86_400_000;
}

export const events: Readonly<Record<string, ChaosEvent>> = {
  async "GPU process killed"({ context }) {
    const session = await context.browser()?.newBrowserCDPSession();
    await session?.send("Browser.crashGpuProcess");
    await session?.detach();
  },
  async "worker killed"({ page }) {
    const engine = page.workers().find((worker) => worker.url().includes("trainer"));
    await engine?.evaluate("close()").catch(() => undefined);
    // A page that does not see it would wait for ever.
    await expect.poll(() => isActive(page), patient).toBe(false);
  },
  async "tab reloaded"({ page }) {
    await page.reload();
  },
  async "tab closed"(tab) {
    await tab.page.close();
    await open(tab);
  },
  async "tab hidden"({ page }) {
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
      Reflect.deleteProperty(document, "visibilityState");
    });
  },
  async paused({ page }) {
    await page
      .getByRole("button", { name: "Pause", exact: true })
      .click({ timeout: 5000 })
      .catch(() => undefined);
    const resume = page.getByRole("button", { name: "Resume", exact: true });
    await expect.poll(async () => (await resume.isVisible()) || !(await isActive(page)), patient).toBe(true);
    if (await resume.isVisible()) await resume.click();
  },
  async "storage refused"({ page }) {
    await page.evaluate(() => (window.name = "no storage"));
    await page.reload();
    await page.getByText(/^This browser keeps no results here/).waitFor({ timeout: patient.timeout });
    await page.evaluate(() => (window.name = ""));
    await page.reload();
  },
  async "quota filled"(tab) {
    const session = await tab.context.newCDPSession(tab.page);
    const { origin } = new URL(tab.address);
    await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
    await further(tab.page, 12);
    await session.send("Storage.overrideQuotaForOrigin", { origin });
    await session.detach();
  },
  async "network cut"(tab, runCount) {
    await tab.context.setOffline(true);
    try {
      await tab.page.reload();
      await revive(tab.page, runCount);
      await further(tab.page, 3);
    } finally {
      await tab.context.setOffline(false);
    }
  },
  async "second tab"(tab) {
    const second: Tab = { ...tab };
    await open(second);
    const pinned = (one: Tab) => list(one).locator("[aria-pressed=true]").first();
    await list(second).getByRole("button", { name: /^Pin / }).first().click({ timeout: patient.timeout });
    await pinned(tab).waitFor({ timeout: patient.timeout });
    await pinned(second).click();
    // What another tab runs is not offered here.
    expect(await second.page.getByRole("button", { name: "Go on", exact: true }).isVisible()).toBe(false);
    await second.page.close();
  },
  async "clocks jump"({ page }) {
    await page.evaluate(jump, 40);
    for (const worker of page.workers()) await worker.evaluate(jump, -40).catch(() => undefined);
  },
};
