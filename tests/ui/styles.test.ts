import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../src/ui/", import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: "utf8" });
const sheets = files.filter((path) => path.endsWith(".css"));
const components = files.filter((path) => /\.tsx?$/.test(path));
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** A sheet's selectors, without what stands between their braces. */
function selectorsOf(path: string): string {
  const text = read(path).replaceAll(/\/\*.*?\*\//gs, "");
  return text.replaceAll(/\{[^{}]*\}/g, " ").replaceAll(/:global\([^)]*\)/g, "");
}

/** "kit/text.module.css hint" for every class that a component asks a sheet for. */
function wantedClasses(): Set<string> {
  const wanted = new Set<string>();
  for (const path of components) {
    const text = read(path);
    for (const [, name = "", sheet = ""] of text.matchAll(/import (\w+) from "(.+?\.module\.css)"/g)) {
      for (const [, one = ""] of text.matchAll(new RegExp(String.raw`\b${name}\.(\w+)`, "g"))) {
        wanted.add(`${join(dirname(path), sheet)} ${one}`);
      }
    }
  }
  return wanted;
}

it("uses the classes that its sheets have, and has no others", () => {
  const given = sheets
    .filter((path) => path.endsWith(".module.css"))
    .flatMap((path) => [...selectorsOf(path).matchAll(/\.([a-zA-Z]\w*)/g)].map(([, one = ""]) => `${path} ${one}`));
  expect(wantedClasses()).toEqual(new Set(given));
});

it("has six sizes of type", () => {
  const sizes = sheets.flatMap((path) =>
    [...read(path).matchAll(/font(?:-size)?: ([^;]+);/g)].map(([, size = ""]) => size),
  );
  expect(new Set(sizes)).toEqual(new Set(["xs", "sm", "md", "lg", "xl", "2xl"].map((size) => `var(--text-${size})`)));
});
