import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

type Entries = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
const read = (path: string): Entries => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));

describe.each(["../../", "../bench/peers/"])("the packages of %s", (folder) => {
  const { dependencies = {}, devDependencies = {} } = read(`${folder}package.json`);
  const packages = Object.entries(read(`${folder}package-lock.json`)["packages"] ?? {}).filter(([path]) => path !== "");

  test("are asked for at one version each", () => {
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)),
    );
    expect(loose).toEqual([]);
  });

  test("are locked with what their files' hash is, and come from the registry alone", () => {
    expect(packages.length).toBeGreaterThan(2);
    const entries = packages.map(([path, entry]) => [path, entry as Readonly<Record<string, unknown>>] as const);
    const unchecked = entries.filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(String(integrity)));
    expect(unchecked.map(([path]) => path)).toEqual([]);
    const elsewhere = entries.filter(
      ([, { resolved, link }]) =>
        link !== undefined ||
        (resolved !== undefined && !JSON.stringify(resolved).startsWith('"https://registry.npmjs.org/')),
    );
    expect(elsewhere.map(([path]) => path)).toEqual([]);
  });
});
