import fc from "fast-check";
import { expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { readListing } from "../../../src/models/hub/listing.ts";

const name = { kind: "model", id: "org/small" } as const;
const read = (json: unknown) => readListing(JSON.stringify(json), "https://hub.example", name);
const commit = "0123456789abcdef0123456789abcdef01234567";
const file = { rfilename: "config.json", size: 12, blobId: "b".repeat(40) };

test("a large file is known by its SHA-256 and its real size, a small one by Git's hash", () => {
  const lfs = { sha256: "C".repeat(64), size: 5000, pointerSize: 134 };
  const listing = read({
    sha: commit,
    more: 1,
    siblings: [file, { ...file, rfilename: "sub/w.bin", size: 5000, lfs }],
  });
  expect(listing).toEqual({
    commit,
    files: [
      { path: "config.json", sizeBytes: 12, hash: "b".repeat(40) },
      { path: "sub/w.bin", sizeBytes: 5000, hash: "c".repeat(64) },
    ],
  });
});

test("paths that would leave the folder are passed over", () => {
  const paths = [
    "../x",
    "a/../../x",
    "/etc/passwd",
    "a\\..\\x",
    "c:x",
    "a//b",
    "",
    ".",
    "a/.",
    "x\u0000y",
    "y".repeat(501),
  ];
  const siblings = [...paths.map((rfilename) => ({ ...file, rfilename })), file];
  expect(read({ sha: commit, siblings }).files.map(({ path }) => path)).toEqual(["config.json"]);
});

test.each([
  ["no commit", { siblings: [] }, "sha"],
  ["a commit that is a path", { sha: "../../x", siblings: [] }, "sha"],
  ["no files", { sha: commit }, "siblings"],
  ["a file without a size", { sha: commit, siblings: [{ ...file, size: undefined }] }, "siblings.0.size"],
  ["a negative size", { sha: commit, siblings: [{ ...file, size: -1 }] }, "siblings.0.size"],
  ["no hash", { sha: commit, siblings: [{ ...file, blobId: undefined }] }, "siblings.0.blobId"],
  ["a list", [], "sha"],
  ["null", null, "the whole"],
])("an answer with %s is refused by name", (_, json, field) => {
  expect(() => read(json)).toThrow(new RegExp(`https://hub\\.example on org/small is not what a Hub says: ${field}`));
});

test("whatever comes is read or refused with an AppError", () => {
  const value = fc.anything({ maxDepth: 3 });
  const sibling = fc.record(
    {
      rfilename: fc.oneof(fc.string(), value),
      size: fc.oneof(fc.nat(), value),
      blobId: fc.oneof(fc.constant("b".repeat(40)), value),
      lfs: fc.oneof(fc.record({ sha256: fc.constant("c".repeat(64)), size: fc.nat() }), value),
    },
    { requiredKeys: [] },
  );
  const answer = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({ sha: fc.oneof(fc.constant(commit), value), siblings: fc.oneof(fc.array(sibling), value) })
      .map(
        (json) => JSON.stringify(json, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part)) ?? "",
      ),
  );
  fc.assert(
    fc.property(answer, (text) => {
      try {
        const { files } = readListing(text, "https://hub.example", name);
        for (const { path, sizeBytes, hash } of files) {
          expect(path.split("/")).not.toContain("..");
          expect(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0).toBe(true);
          expect(hash).toMatch(/^([0-9a-f]{40}|[0-9a-f]{64})$/);
        }
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        expect(error.code).toBe("bad-download");
      }
    }),
    { numRuns: 500 },
  );
});
