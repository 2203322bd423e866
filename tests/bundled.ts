import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readBundledIndex } from "../src/contract/bundled.ts";
import type { BundledModel } from "../src/contract/bundled.ts";
import { openFolder } from "../src/models/folder.ts";
import type { Folder } from "../src/models/folder.ts";

/** Folder of the models that ship with the page, ending in a slash. */
export const modelsFolder = fileURLToPath(new URL("../public/models/", import.meta.url));

/** The models that ship with the page; [] where this copy has none. */
export const bundledModels: readonly BundledModel[] = existsSync(`${modelsFolder}index.json`)
  ? readBundledIndex(JSON.parse(readFileSync(`${modelsFolder}index.json`, "utf8")))
  : [];

/** Why a test of the bundled model is left out, or null where there is one. */
export const missingModel =
  bundledModels.length > 0 ? null : "(left out: public/models/ is not here, dps bundle makes it)";

/** The first model that ships with the page, opened as if it had been dropped. */
export async function openBundled(): Promise<Folder> {
  const [first] = bundledModels;
  if (first === undefined) throw new Error("public/models/index.json lists no model");
  const paths = first.files.map(({ name }) => `${first.id}/${name}`);
  return await openFolder(paths.map((path) => ({ path, file: new Blob([readFileSync(modelsFolder + path)]) })));
}
