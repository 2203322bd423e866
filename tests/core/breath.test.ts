import { expect, test } from "vitest";
import { breathe, forEachIndex } from "../../src/core/breath.ts";

test("a breath lets waiting timers and messages go first", async () => {
  const order: string[] = [];
  const { port1, port2 } = new MessageChannel();
  port2.addEventListener("message", () => order.push("message"));
  port2.start();
  setTimeout(() => order.push("timer"), 0);
  port1.postMessage(null);
  await breathe();
  await breathe();
  port2.close();
  expect(order.toSorted((left, right) => (left < right ? -1 : 1))).toEqual(["message", "timer"]);
});

test("every index comes once and in order, with a turn for others between each ten thousand", async () => {
  const seen: number[] = [];
  let turns = 0;
  let looking = true;
  const look = (): void => {
    turns += 1;
    if (looking) setImmediate(look);
  };
  setImmediate(look);
  await forEachIndex(45_000, (index) => seen.push(index));
  looking = false;
  expect(seen).toEqual(Array.from({ length: 45_000 }, (_, index) => index));
  expect(turns).toBeGreaterThanOrEqual(4);
});

test("what the work throws ends it, and nothing is work as well", async () => {
  const seen: number[] = [];
  const failing = forEachIndex(3, (index) => {
    if (index === 1) throw new Error("no more");
    seen.push(index);
  });
  await expect(failing).rejects.toThrow("no more");
  await forEachIndex(0, (index) => seen.push(index));
  expect(seen).toEqual([0]);
});
