import { expect, test } from "vitest";
import { completed, computed, run, savedResult, shortRuns, shortRunsLink } from "./steps.ts";

const bench = shortRuns([1, 2]);
const patient = { timeout: 200_000 };
test("a reload in the middle of the second run loses no finished run, and the experiment goes on to the same bits", async () => {
  const { page, complaints } = bench.opened;
  await run(page);
  await expect.poll(() => completed(page).count(), patient).toBe(2);
  await page.getByRole("button", { name: "Run", exact: true }).waitFor(patient);
  const whole = await savedResult(page);

  await run(page);
  await expect.poll(() => completed(page).count(), patient).toBe(1);
  // It is shown a moment before it lies in the storage, from where the list has it.
  const list = page.getByRole("region", { name: "Your results" });
  await expect.poll(() => list.innerText(), patient).toContain("1 of 2 runs finished");
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();

  const offer = page.getByRole("region", { name: "An experiment that was cut off" });
  await expect.poll(() => offer.innerText(), patient).toContain("1 of 2 runs are finished");
  await offer.getByRole("button", { name: "Go on" }).click();
  await expect.poll(() => completed(page).count(), patient).toBe(2);
  await page.getByRole("button", { name: "Run", exact: true }).waitFor(patient);
  expect(computed(await savedResult(page))).toEqual(computed(whole));

  await expect.poll(() => list.getByRole("listitem").count()).toBe(2);
  expect(await offer.count()).toBe(0);
  // The first one is there as well, whole.
  await list.getByRole("button", { name: "Show: Result 1" }).click();
  expect(computed(await savedResult(page))).toEqual(computed(whole));
  expect(complaints).toEqual([]);
});

test("a reload before anything of the first run was saved: it is offered, and begins anew to the same bits", async () => {
  const { page, complaints } = await bench.browser.open(shortRunsLink([1], { steps: 40 }), async (empty) => {
    // Counts what keeps the machine awake.
    await empty.addInitScript(() => {
      const locks = { taken: 0, held: 0 };
      const release = async (): Promise<void> => void (locks.held -= 1);
      const request = async (): Promise<object> => {
        locks.taken += 1;
        locks.held += 1;
        return { release };
      };
      Object.defineProperty(navigator, "wakeLock", { value: { request, locks } });
    });
  });
  const locks = () => page.evaluate("navigator.wakeLock.locks");
  expect(await locks()).toEqual({ taken: 0, held: 0 });
  await run(page);
  await expect.poll(() => completed(page).count(), patient).toBe(1);
  await page.getByRole("button", { name: "Run", exact: true }).waitFor(patient);
  const whole = await savedResult(page);
  expect(await locks()).toEqual({ taken: 1, held: 0 });

  page.on("dialog", (dialog) => void dialog.accept());
  // As soon as the list has it.
  await page.evaluate(() => {
    new MutationObserver((_, watch) => {
      if (!document.body.textContent.includes("0 of 1 runs finished")) return;
      watch.disconnect();
      location.reload();
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  const reloaded = page.waitForEvent("load");
  await run(page);
  await reloaded;
  const offer = page.getByRole("region", { name: "An experiment that was cut off" });
  await expect.poll(() => offer.innerText(), patient).toContain("0 of 1 runs are finished. Go on with the 1 left?");
  await offer.getByRole("button", { name: "Go on" }).click();
  await expect.poll(() => completed(page).count(), patient).toBe(1);
  await page.getByRole("button", { name: "Run", exact: true }).waitFor(patient);
  expect(computed(await savedResult(page))).toEqual(computed(whole));
  expect(complaints).toEqual([]);
});

test("another tab sees them, a name given there is seen here, and what is deleted can be had back", async () => {
  const { page, complaints } = bench.opened;
  const list = page.getByRole("region", { name: "Your results" });
  const other = await page.context().newPage();
  await other.goto(bench.browser.address);
  const name = other.getByRole("textbox", { name: "Name of Result 2" });
  await name.fill("Gone on with");
  await name.press("Enter");
  await list.getByRole("textbox", { name: "Name of Gone on with" }).waitFor();
  await list.getByRole("button", { name: "Delete Gone on with" }).click();
  await expect.poll(() => other.getByRole("region", { name: "Your results" }).getByRole("listitem").count()).toBe(1);
  await list.getByRole("button", { name: "Undo" }).click();
  await other.getByRole("button", { name: "Show: Gone on with" }).click();
  await expect.poll(() => completed(other).count()).toBe(2);
  await other.close();
  expect(complaints).toEqual([]);
});

test("a browser that refuses storage is told of in a line", async () => {
  const { page, complaints } = await bench.browser.open("", async (empty) => {
    await empty.addInitScript(() => {
      const refuse = (): never => {
        throw new DOMException("Denied.", "SecurityError");
      };
      Object.defineProperty(window, "indexedDB", { value: { open: refuse } });
    });
  });
  const line = page.getByText("This browser keeps no results here (Denied.): results last until the page is closed.");
  await line.waitFor();
  expect(complaints).toEqual([]);
});

test("a part of the page that cannot be drawn is told in its place, and the rest stays", async () => {
  const { page } = bench.opened;
  const other = await page.context().newPage();
  await other.addInitScript(() => {
    const dates = Date.prototype;
    const drawn = Object.getOwnPropertyDescriptor(dates, "toLocaleString") ?? {};
    const broken = (): never => {
      throw new Error("No calendar.");
    };
    Object.defineProperty(dates, "toLocaleString", { ...drawn, value: broken });
    addEventListener("mended", () => Object.defineProperty(dates, "toLocaleString", drawn));
  });
  await other.goto(bench.browser.address);
  const told = other.getByRole("alert").filter({ hasText: "cannot be shown (No calendar.)" });
  await told.waitFor();
  expect(await other.getByRole("button", { name: "Run", exact: true }).count()).toBe(1);
  await other.evaluate(() => dispatchEvent(new Event("mended")));
  await other.getByRole("button", { name: "Try again" }).click();
  await other.getByRole("region", { name: "Your results" }).waitFor();
  expect(await told.count()).toBe(0);
  await other.close();
});

test("what an earlier version of the page kept is there", async () => {
  const { page } = await bench.browser.open("", async (empty) => {
    // Any file of the same place: its database is made before the page opens it.
    await empty.goto(`${bench.browser.address}recorded/replay.json`);
    await empty.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const opening = indexedDB.open("dps-playground", 1);
          opening.addEventListener("upgradeneeded", () => {
            const [heads] = ["heads", "files"].map((name) => opening.result.createObjectStore(name));
            const head = { name: "Kept long ago", about: "", savedAt: 1, pinned: false, sizeBytes: 1 };
            heads?.put({ ...head, completed: 1, planned: 1, over: true }, "a");
          });
          opening.addEventListener("success", () => {
            opening.result.close();
            resolve();
          });
        }),
    );
  });
  const name = page.getByRole("textbox", { name: "Name of Kept long ago" });
  await expect.poll(() => name.isVisible(), patient).toBe(true);
});
