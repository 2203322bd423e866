import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./install.mjs";

/**
 * Runs a TypeScript program of this repository in Node: bundles it into dist/cli/ when a source is newer than the
 * bundle, then imports it. process.argv stays as it is. Ends with one line on stderr where packages are missing.
 * @param {string} entry path from the repository's top, as in "src/cli/main.ts"
 */
export async function runProgram(entry) {
  const bundle = `${root}/dist/cli/${basename(dirname(entry))}.mjs`;
  if (!existsSync(`${root}/node_modules/vite`)) {
    console.error("The packages are not installed yet: run npm install first.");
    process.exit(1);
  }
  if (!existsSync(bundle) || statSync(bundle).mtimeMs < newestSource(dirname(entry)))
    await bundleProgram(entry, bundle);
  await import(pathToFileURL(bundle).href);
}

/** Time of the last change among the files a bundle can hold, in ms. @param {string} folder */
function newestSource(folder) {
  const times = ["src", "shaders", folder].flatMap((name) =>
    readdirSync(`${root}/${name}`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(`${entry.parentPath}/${entry.name}`).mtimeMs),
  );
  return Math.max(...times, statSync(`${root}/package-lock.json`).mtimeMs, statSync(`${root}/vite.config.ts`).mtimeMs);
}

/** Bundles in memory and puts the file in place in one move, for several programs may start at once. */
async function bundleProgram(/** @type {string} */ entry, /** @type {string} */ bundle) {
  const { build } = await import("vite");
  const result = await build({
    root,
    logLevel: "error",
    build: { ssr: entry, write: false, target: "node20", rolldownOptions: { output: { codeSplitting: false } } },
    // Bundled packages behave as in the browser; Dawn is a native module and cannot be.
    ssr: { noExternal: true, external: ["webgpu"] },
  });
  const output = [result].flat().flatMap((part) => ("output" in part ? part.output : []));
  const chunk = output.find((part) => part.type === "chunk");
  if (chunk === undefined) throw new Error(`Vite built nothing from ${entry}.`);
  mkdirSync(dirname(bundle), { recursive: true });
  const draft = `${bundle}.${process.pid}`;
  writeFileSync(draft, chunk.code);
  renameSync(draft, bundle);
}
