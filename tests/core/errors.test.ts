import { expect, test } from "vitest";
import { asAppError, failureOf } from "../../src/core/errors.ts";

test.each([
  [
    new DOMException("The requested file could not be read.", "NotReadableError"),
    "unreadable",
    /^A file cannot be read \(The req.*Choose it/,
  ],
  [new DOMException("A requested file could not be found.", "NotFoundError"), "unreadable", /was it moved or changed/],
  [new DOMException("The quota has been exceeded.", "QuotaExceededError"), "no-space", /no room left .*Free some/],
  [new RangeError("Array buffer allocation failed"), "too-large", /no memory left .*Close what else is open/],
  [new RangeError("Invalid typed array length: 9007199254740991"), "too-large", /no memory left/],
  [new RangeError("Maximum call stack size exceeded"), "bug", /^RangeError: Maximum call/],
  [new TypeError("x is undefined"), "bug", /^TypeError: x is undefined$/],
  ["text", "bug", /^text$/],
])("what a browser throws of itself is told in words, and all else is a bug: %s", (thrown, code, message) => {
  expect(failureOf(thrown)).toEqual({ code, message: expect.stringMatching(message) });
  expect(asAppError(thrown)).toMatchObject({ code, cause: thrown });
});
