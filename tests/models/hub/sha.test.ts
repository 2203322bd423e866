import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { gitHash, hashBlob } from "../../../src/models/hub/sha.ts";

const bytesOf = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, index) => (index * 7) ^ 3);

test("SHA-1 and SHA-256 equal OpenSSL's at every length around a block, and beyond a slice", async () => {
  const lengths = [...Array(130).keys(), 4 * 2 ** 20, 4 * 2 ** 20 + 61];
  for (const length of lengths) {
    const bytes = bytesOf(length);
    for (const algorithm of ["sha1", "sha256"] as const) {
      const expected = createHash(algorithm).update(bytes).digest("hex");
      expect(await hashBlob(new Blob([bytes]), algorithm), `${algorithm} of ${length}`).toBe(expected);
    }
  }
});

test("a prefix of any length counts as the first bytes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), async (prefix, rest) => {
      const expected = createHash("sha256").update(prefix).update(rest).digest("hex");
      expect(await hashBlob(new Blob([rest.slice()]), "sha256", prefix)).toBe(expected);
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
  await hashBlob(new Blob([bytesOf(5 * 2 ** 20)]), "sha256", undefined, (done) => seen.push(done));
  expect(seen).toEqual([4 * 2 ** 20, 5 * 2 ** 20]);
});
