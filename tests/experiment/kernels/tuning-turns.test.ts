import { expect, test } from "vitest";
import type { KernelsRecord } from "../../../src/contract/engine/kernels.ts";
import type { TuningProgress } from "../../../src/experiment/kernels/kernel-tuning.ts";
import { TuningTurns } from "../../../src/experiment/kernels/tuning-turns.ts";
import { refusalOf } from "../refusal.ts";

const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Work of three parts, and how often each was begun. */
function counting(choice: string) {
  const begun: number[] = [];
  const work = async (progress: TuningProgress): Promise<KernelsRecord> => {
    for (let part = 1; part <= 3; part++) {
      begun.push(part);
      await breath();
      progress(choice, part, 3);
    }
    return { from: "timed", choice: { attention: choice }, tried: [], elapsedMs: 1, note: null };
  };
  return { begun, work };
}

const silent = (): void => undefined;

test("who asks for the same waits for what is going on, and is told how far it is", async () => {
  const turns = new TuningTurns();
  const { begun, work } = counting("blocks");
  const first = turns.take("a", silent, work);
  await breath();
  const told: number[] = [];
  const second = turns.take("a", (_, done) => told.push(done), work);
  expect(await second).toBe(await first);
  expect(begun).toEqual([1, 2, 3]);
  expect(told.at(-1)).toBe(3);
});

test("who asks for another abandons it, and begins when it has ended", async () => {
  const turns = new TuningTurns();
  const [old, fresh] = [counting("old"), counting("fresh")];
  const first = turns.take("a", silent, old.work);
  const refusal = refusalOf(first);
  await breath();
  const second = await turns.take("b", silent, fresh.work);
  expect((await refusal).code).toBe("stopped");
  expect(old.begun.length).toBeLessThan(3);
  expect(second.choice).toEqual({ attention: "fresh" });
});

test("what was abandoned is begun anew for whoever asks for it afterwards", async () => {
  const turns = new TuningTurns();
  const { begun, work } = counting("blocks");
  const first = turns.take("a", silent, work);
  const refusal = refusalOf(first);
  await breath();
  turns.abandon();
  expect((await turns.take("a", silent, work)).choice).toEqual({ attention: "blocks" });
  expect((await refusal).code).toBe("stopped");
  expect(begun.slice(-3)).toEqual([1, 2, 3]);
});

test("an error is told to all, and the next begins anew", async () => {
  const turns = new TuningTurns();
  const failing = (): Promise<KernelsRecord> => Promise.reject(new Error("lost"));
  const both = [turns.take("a", silent, failing), turns.take("a", silent, failing)];
  for (const one of both) await expect(one).rejects.toThrow("lost");
  expect((await turns.take("a", silent, counting("blocks").work)).from).toBe("timed");
});
