import { expect, test } from "vitest";
import {
  checkedHub,
  checkedId,
  checkedRevision,
  fileUrl,
  isRepositoryId,
  listingUrl,
} from "../../../src/models/hub/names.ts";

test.each(["bert-base-uncased", "google/bert_uncased_L-2_H-128_A-2", "a/b", "0/1.2", "nyu-mll/glue"])(
  "%s is an id",
  (id) => {
    expect(isRepositoryId(id)).toBe(true);
    expect(checkedId(` ${id} `)).toBe(id);
  },
);

test.each([
  "",
  "..",
  "../x",
  "a/..",
  "a/b/c",
  "/a",
  "a/",
  "a b",
  "a--b",
  ".a/b",
  "a/b.git",
  "https://x.y/a",
  "a\\b",
  "ä",
])('"%s" is no id', (text) => {
  expect(isRepositoryId(text)).toBe(false);
  expect(() => checkedId(text)).toThrow(/is no id of the Hub/);
});

test.each(["", "..", "a/../b", "/main", "main/", "-x", "a b", "a?b", "a#b", "x.lock", "a//b"])(
  '"%s" is no revision',
  (text) => {
    expect(() => checkedRevision(text)).toThrow(/is no revision/);
  },
);

test.each(["ftp://x", "huggingface.co", "https://u:p@x.y", "https://x.y?z", "", "javascript:alert(1)"])(
  '"%s" is no address of a Hub',
  (text) => {
    expect(() => checkedHub(text)).toThrow(/is no address of a Hub/);
  },
);

test("addresses are the Hub's", () => {
  expect(checkedHub(" https://mirror.example/hf/ ")).toBe("https://mirror.example/hf");
  const model = { kind: "model", id: "org/m" } as const;
  const dataset = { kind: "dataset", id: "nyu-mll/glue" } as const;
  expect(listingUrl("https://h", model, "refs/pr/1")).toBe(
    "https://h/api/models/org/m/revision/refs%2Fpr%2F1?blobs=true",
  );
  expect(listingUrl("https://h", dataset, "main")).toBe("https://h/api/datasets/nyu-mll/glue/revision/main?blobs=true");
  expect(fileUrl("https://h", model, "c0", "a b/c#.json")).toBe("https://h/org/m/resolve/c0/a%20b/c%23.json");
  expect(fileUrl("https://h", dataset, "c0", "rte/train.parquet")).toBe(
    "https://h/datasets/nyu-mll/glue/resolve/c0/rte/train.parquet",
  );
});
