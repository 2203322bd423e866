import { expect, test } from "vitest";
import { Baton } from "../../../src/experiment/running/baton.ts";

/** Runs of so many steps each; the names in the order in which steps were done. */
async function order(stepCounts: Readonly<Record<string, number>>): Promise<string> {
  const baton = new Baton();
  const done: string[] = [];
  let working = 0;
  const lanes = Object.entries(stepCounts).map(async ([name, count]) => {
    await baton.take(0);
    for (let step = 1; step <= count; step++) {
      if (baton.wanted) await baton.pass((step - 1) / count);
      working += 1;
      expect(working).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 0));
      working -= 1;
      done.push(name);
    }
    baton.release();
  });
  await Promise.all(lanes);
  return done.join("");
}

test("runs of equal length take turns", async () => {
  expect(await order({ a: 3, b: 3, c: 3 })).toMatch(/^([abc])(?!\1)([abc])(?!\1|\2)[abc](\1\2.){2}$/);
});

test("the one that has come least far goes next, so that all end together", async () => {
  const steps = await order({ a: 8, b: 4, c: 2 });
  expect(steps.slice(-7)).toMatch(/a.*b.*|b.*a.*/);
  // At half of the way of one, the others are within a step of half of theirs.
  const half = steps.slice(0, 7);
  expect(["a", "b", "c"].map((name) => half.split(name).length - 1)).toEqual([4, 2, 1]);
});

test("alone, it never waits", async () => {
  expect(await order({ a: 3 })).toBe("aaa");
});
