import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { root } from "../../../.config/install.mjs";

/**
 * Bundles modules of this folder as <module>.js into a folder, with a page to import them from.
 * @param {readonly string[]} modules @param {{ folder: string, forNode: boolean }} target
 */
export async function bundlePeers(modules, { folder, forNode }) {
  const { build } = await import("vite");
  const entry = Object.fromEntries(
    modules.map((name) => [name, fileURLToPath(new URL(`${name}.ts`, import.meta.url))]),
  );
  await build({
    root,
    logLevel: "error",
    publicDir: false,
    build: {
      lib: { entry, formats: ["es"], fileName: (_, name) => `${name}.js` },
      outDir: folder,
      ...(forNode ? { ssr: true, target: "node20" } : {}),
    },
    ssr: { noExternal: true },
  });
  writeFileSync(`${folder}/index.html`, "<!doctype html><title>Peers</title>");
}
