import { describe, expect, test } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { fuzz, inputOf, type FuzzedParser, type FuzzFailure, type FuzzReport } from "./fuzzing.ts";
import { mutatedBytes, mutatedJson } from "./mutations.ts";
import { Chance } from "./chance.ts";
import { parsers } from "./parsers/index.ts";

async function run(
  parser: FuzzedParser,
  to: number,
  seed = 1,
): Promise<FuzzReport & { readonly found: FuzzFailure[] }> {
  const found: FuzzFailure[] = [];
  const report = await fuzz(parser, { seed, from: 0, to }, { fails: (failure) => found.push(failure) });
  return { ...report, found };
}

/** A parser of one byte. */
const planted = (parse: (byte: number) => unknown): FuzzedParser => ({
  name: "planted",
  make: (chance) => chance.bytes(1),
  parse: ([byte = 0]) => parse(byte),
});

describe("fuzzing", () => {
  test("tells what is read, what is refused in words and what fails, with the input", async () => {
    const parser = planted((byte) => {
      if (byte === 7) throw new TypeError("seven");
      if (byte === 8) throw new AppError("bug", "eight");
      if (byte < 100) throw new AppError("bad-table", "less than 100");
    });
    const { cases, read, refused, found } = await run(parser, 3000);
    const bytes = Array.from({ length: 3000 }, (_, index) => inputOf(parser, 1, index)[0] ?? 0);
    const count = (is: (byte: number) => boolean): number => bytes.filter(is).length;
    expect([cases, read]).toEqual([3000, count((byte) => byte >= 100)]);
    expect(found.length).toBe(count((byte) => byte === 7 || byte === 8));
    expect(found.length).toBeGreaterThan(0);
    expect(refused).toBe(3000 - read - found.length);
    expect(found.every(({ index, input }) => input[0] === bytes[index])).toBe(true);
  });

  test("a case of more than a second fails, if it is slow again", async () => {
    let calls = 0;
    const slow = planted(() => {
      calls += 1;
      const [untilMs, before] = [performance.now() + 1050, process.cpuUsage()];
      const isBusy = (): boolean => performance.now() < untilMs || process.cpuUsage(before).user < 1_050_000;
      while (calls !== 2 && isBusy());
    });
    expect((await run(slow, 1)).found).toEqual([]);
    const [failure] = (await run(slow, 1)).found;
    expect(failure?.message).toMatch(/^\d{4} ms$/);
  });

  test("the same seed and case give the same input, others another", () => {
    const make = (seed: number, index: number): string => {
      const chance = new Chance(seed, "x", index);
      const bytes = mutatedBytes(chance, [new Uint8Array(40)], ["word"]);
      return JSON.stringify([[...bytes], mutatedJson(chance, { a: [1, { b: "text" }], c: 2 })]);
    };
    expect(make(1, 5)).toBe(make(1, 5));
    expect(new Set(Array.from({ length: 200 }, (_, index) => make(1, index))).size).toBeGreaterThan(180);
    expect(make(2, 5)).not.toBe(make(1, 5));
  });
});

describe("some cases of every parser: npm run fuzz has more", () => {
  test.each(parsers.map((parser) => [parser.name, parser] as const))("%s", async (_name, parser) => {
    const { found, read, refused } = await run(parser, 120);
    expect(found.map(({ index, message }) => `case ${index}: ${message}`)).toEqual([]);
    expect([read > 0, refused > 0]).toEqual([true, true]);
  });
});
