import { fileURLToPath } from "node:url";
import { root } from "../../../.config/install.mjs";

/**
 * Bundles modules of this folder as <module>.js into a folder to be run by Node.
 * @param {readonly string[]} modules @param {string} folder
 */
export async function bundlePeers(modules, folder) {
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
      ssr: true,
      target: "node20",
    },
    ssr: { noExternal: true },
  });
}
