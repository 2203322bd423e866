import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { transformWithOxc, type Plugin } from "vite";
import { root } from "./install.mjs";

const scriptName = "service-worker.js";

/** What few visits want, and is large: onnxruntime, the model that answers without WebGPU, the whole recorded run. */
const later = /^(assets\/.*\.wasm|models\/tuned\/.*\.safetensors|recorded\/run\.json)$/;

/**
 * Writes the service worker of a built page: its source, and before it the list of all files with their hashes. Whatever
 * changes in the page changes this script, by which a browser finds out that there is a new release.
 */
export async function writeServiceWorker(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => path !== scriptName)
    .sort();
  const files: Record<string, { readonly hash: string; readonly later?: true }> = {};
  for (const path of paths) {
    const hash = createHash("sha256")
      .update(await readFile(join(folder, path)))
      .digest("hex");
    files[path] = { hash, ...(later.test(path) ? { later: true } : {}) };
  }
  const source = join(root, "src/worker/service-worker.ts");
  const { code } = await transformWithOxc(await readFile(source, "utf8"), source, { sourcemap: false });
  const version = createHash("sha256").update(JSON.stringify(files)).update(code).digest("hex").slice(0, 16);
  const text = `const release = ${JSON.stringify({ version, files })};\n${code.replace(/^export \{\};?$/m, "")}`;
  await writeFile(join(folder, scriptName), text);
}

/** Gives the built page its service worker. npm run dev has none. */
export const offline: Plugin = {
  name: "offline",
  apply: ({ build }, { command }) => command === "build" && !build?.ssr,
  writeBundle: { order: "post", sequential: true, handler: async ({ dir }) => await writeServiceWorker(dir ?? "") },
};
