import { expect, test } from "vitest";
import { isTableName, withoutEnding } from "../../src/contract/reading.ts";

test("a table's ending goes, packed or not, and only that", () => {
  expect(["sets/dev.tsv", "dev.CSV.gz", "dev.tsv.tsv", "dev.gz", "dev.md"].map(withoutEnding)).toEqual([
    "sets/dev",
    "dev",
    "dev.tsv",
    "dev",
    "dev.md",
  ]);
  expect(["dev.parquet", "dev.csv.GZ", "dev.gz", "tsv", "dev.tsv.zip"].map(isTableName)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
