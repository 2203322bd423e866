import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { ops } from "./ops/index.ts";

test("--op takes every op that has a file, by its name", () => {
  const files = readdirSync(new URL("ops", import.meta.url)).filter((name) => name !== "index.ts");
  expect(ops.map(({ id }) => `${id}.ts`).toSorted()).toEqual(files.toSorted());
});
