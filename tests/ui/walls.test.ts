import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { catalog } from "../../src/experiment/catalog.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

function sourcesIn(folder: string): readonly (readonly [string, string])[] {
  return readdirSync(`${root}/src/${folder}`, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => [`${folder}/${name}`, readFileSync(`${root}/src/${folder}/${name}`, "utf8")] as const);
}

describe("the page", () => {
  it("names no method and no task: it draws what the catalog says", () => {
    const { methods, tasks } = catalog();
    const ids = [...methods, ...tasks].map((entry) => entry.id);
    expect(ids.length).toBeGreaterThan(3);
    const found = [...sourcesIn("ui"), ...sourcesIn("store")].flatMap(([file, text]) =>
      ids.filter((id) => text.includes(`"${id}"`)).map((id) => `${file} names ${id}`),
    );
    expect(found).toEqual([]);
  });
});
