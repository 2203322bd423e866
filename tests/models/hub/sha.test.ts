import { expect, test } from "vitest";
import { gitHash, sha256Of } from "../../../src/models/hub/sha.ts";
import { bytesOf } from "./downloads.ts";
import * as served from "./server.ts";

const slice = 4 * 2 ** 20;

test.each([0, 1, 64, 2000, slice - 1, slice, slice + 61, 2 * slice + 1])(
  "%i bytes: both as OpenSSL's",
  async (length) => {
    const bytes = bytesOf(length);
    const blob = new Blob([bytes]);
    expect(await sha256Of(blob)).toBe(served.sha256(bytes));
    expect(await gitHash(blob)).toBe(served.gitHash(bytes));
  },
);

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
