import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { gitHash, sha256Of } from "../../../src/models/hub/sha.ts";
import { bytesOf } from "./downloads.ts";
import * as served from "./server.ts";

test("both equal OpenSSL's at every length around a block, and beyond a slice", async () => {
  const lengths = [...Array(130).keys(), 4 * 2 ** 20, 4 * 2 ** 20 + 61];
  for (const length of lengths) {
    const bytes = bytesOf(length);
    const blob = new Blob([bytes]);
    expect(await sha256Of(blob), `SHA-256 of ${length}`).toBe(served.sha256(bytes));
    expect(await gitHash(blob), `Git's hash of ${length}`).toBe(served.gitHash(bytes));
  }
});

test("SHA-256 of any bytes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const expected = createHash("sha256").update(bytes).digest("hex");
      expect(await sha256Of(new Blob([bytes.slice()]))).toBe(expected);
    }),
  );
});

test("Git's hash of a file", async () => {
  // Known to everyone who has used Git: the empty blob, and "hello\n".
  expect(await gitHash(new Blob([]))).toBe("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  expect(await gitHash(new Blob(["hello\n"]))).toBe("ce013625030ba8dba906f756967f9e9ca394464a");
});

test("progress ends at the size", async () => {
  const seen: number[] = [];
  await sha256Of(new Blob([bytesOf(5 * 2 ** 20)]), (done) => seen.push(done));
  expect(seen).toEqual([4 * 2 ** 20, 5 * 2 ** 20]);
});
