import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** What every kernel has and nothing else. */
const kernelMark = "@compute";
const folder = "dist/page/assets";
const scripts = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith(".js"))
    .map((name) => [name, readFileSync(`${folder}/${name}`, "utf8")]),
);
const engine = [...scripts].filter(([, text]) => text.includes(kernelMark)).map(([name]) => name);

test("the engine is in the worker's script and what that fetches, and in no script of the page", () => {
  const [worker, ...others] = engine.filter((name) => name.startsWith("trainer.worker-"));
  expect(others).toEqual([]);
  const fetched = engine.filter((name) => name !== worker);
  expect(fetched).toEqual([expect.stringMatching(/^adaptation-/)]);
  for (const name of fetched) {
    const naming = [...scripts].flatMap(([other, text]) => (other !== name && text.includes(name) ? [other] : []));
    expect(naming).toEqual([worker]);
  }
});

test("the page loads no script of the engine by itself", () => {
  const html = readFileSync("dist/page/index.html", "utf8");
  const loaded = [...html.matchAll(/assets\/([\w.-]+\.js)/g)].map((found) => found[1] ?? "");
  expect(loaded).not.toEqual([]);
  expect(loaded.filter((name) => engine.includes(name))).toEqual([]);
});
