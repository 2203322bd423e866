import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readBundledIndex } from "../src/contract/bundled.ts";
import type { BundledModel } from "../src/contract/bundled.ts";

/** Folder of the models that ship with the page, ending in a slash. */
export const modelsFolder = fileURLToPath(new URL("../public/models/", import.meta.url));

/** The models that ship with the page; [] where this copy has none. */
export const bundledModels: readonly BundledModel[] = existsSync(`${modelsFolder}index.json`)
  ? readBundledIndex(JSON.parse(readFileSync(`${modelsFolder}index.json`, "utf8")))
  : [];

/** Why a test of the bundled model is left out, or null where there is one. */
export const missingModel =
  bundledModels.length > 0 ? null : "(left out: public/models/ is not here, dps bundle makes it)";
