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

test("the engine is in scripts of its own, and only the worker's fetches the adaptation to a text", () => {
  expect(engine.filter((name) => !name.startsWith("engine-"))).toEqual([]);
  const workers = engine.filter((name) => name.startsWith("engine-trainer.worker-"));
  expect(workers).toHaveLength(1);
  const [adaptation, ...others] = [...scripts.keys()].filter((name) => name.startsWith("engine-adaptation-"));
  expect(others).toEqual([]);
  const naming = [...scripts].filter(([, text]) => text.includes(adaptation ?? "none")).map(([name]) => name);
  expect(naming).toEqual(workers);
});

test("the page loads no script of the engine by itself", () => {
  const html = readFileSync("dist/page/index.html", "utf8");
  const loaded = [...html.matchAll(/assets\/([\w.-]+\.js)/g)].map((found) => found[1] ?? "");
  expect(loaded).not.toEqual([]);
  expect(loaded.filter((name) => engine.includes(name))).toEqual([]);
});
