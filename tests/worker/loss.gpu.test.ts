import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tinyText } from "../data/tiny-text.ts";
import { connectEngine, tinyPlan } from "./engine.ts";
import type { ConnectedEngine } from "./engine.ts";

let engine: ConnectedEngine;
beforeEach(async () => {
  engine = connectEngine();
  await engine.load();
});
afterEach(() => engine.close());

const silent = (): void => undefined;
const plan = tinyPlan(["dps-dense"], [1]);

/** Loses the device some time after a call began; how the call ended, and how long after the loss; below 0: before it. */
async function struck(call: () => Promise<unknown>, afterMs: number) {
  await engine.trainer.device();
  let lostMs = 0;
  const striking = new Promise<void>((resolve) => {
    setTimeout(() => {
      engine.devices.at(-1)?.destroy();
      lostMs = performance.now();
      resolve();
    }, afterMs);
  });
  const outcome = await call().then(
    () => "done",
    (thrown: { readonly code: string }) => thrown.code,
  );
  const endedMs = performance.now();
  await striking;
  return { outcome, ms: endedMs - lostMs };
}

async function trained(): Promise<void> {
  await engine.trainer.start(plan, silent);
}

/** Where the device may be at work, and what comes before it. */
const calls: readonly (readonly [string, () => Promise<unknown>, () => Promise<unknown>])[] = [
  ["tuning kernels", () => Promise.resolve(), () => engine.trainer.tuneKernels(plan, silent)],
  ["timing steps", () => Promise.resolve(), () => engine.trainer.measure(plan)],
  ["finding a rate", () => Promise.resolve(), () => engine.trainer.findRate(plan, silent)],
  ["answering", trained, () => engine.trainer.classify("one text", "another", ["dps-dense-seed1"])],
  [
    "predicting a file",
    async () => {
      await trained();
      const rows = Array.from({ length: 60 }, (_, row) => `${row}\tsome text\tanother`);
      const text = ["index\tsentence1\tsentence2", ...rows, ""].join("\n");
      await engine.trainer.predictionInput({ path: "test.tsv", file: new Blob([text]) }, "dps-dense-seed1");
    },
    () => engine.trainer.predictFile("dps-dense-seed1", null, silent),
  ],
  [
    "adapting",
    () => engine.trainer.loadTexts([{ path: "text.txt", file: new Blob([tinyText(40)]) }], silent),
    () => engine.trainer.adapt({ steps: 60, length: 16, batchSize: 4, heldOutShare: 0.2 }, silent),
  ],
];

describe.each(calls)("a device lost while %s", (_, before, call) => {
  test.each([0, 4])(
    "is recognised within five seconds, in words, and the next call is served (after %i ms)",
    async (ms) => {
      await before();
      const { outcome, ms: took } = await struck(call, ms);
      expect(["done", "device-lost"]).toContain(outcome);
      expect(took).toBeLessThan(5000);
      await call();
    },
  );
});
