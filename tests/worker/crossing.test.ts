import { describe, expect, it } from "vitest";
import { AppError, asAppError } from "../../src/core/errors.ts";
import { crossingCalls } from "../../src/worker/crossing.ts";

interface Api {
  sum(left: number, right: number): Promise<number>;
  fail(): Promise<void>;
}

describe("crossingCalls", () => {
  const calls = crossingCalls<Api>(
    {
      sum: (left, right) => left + right,
      fail: () => {
        throw new AppError("bad-table", "It is empty.");
      },
    },
    (thrown) => Promise.resolve(asAppError(thrown)),
  );

  it("makes a promise of a plain method's answer", async () => {
    expect(await calls.sum(2, 3)).toBe(5);
  });

  it("names an error by its code", async () => {
    const failure: unknown = await calls.fail().catch((thrown: unknown) => thrown);
    expect(failure).not.toBeInstanceOf(AppError);
    expect(failure).toMatchObject({ name: "bad-table", message: "It is empty." });
  });
});
