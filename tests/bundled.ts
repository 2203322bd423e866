import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readBundledIndex } from "../src/contract/sources/bundled.ts";
import type { BundledModel } from "../src/contract/sources/bundled.ts";
import { openFolder } from "../src/models/folder.ts";
import type { Folder, FolderFile } from "../src/models/folder.ts";

/** Folder of the models that ship with the page, ending in a slash. */
export const modelsFolder = fileURLToPath(new URL("../public/models/", import.meta.url));

/** The models that ship with the page. */
export const bundledModels: readonly BundledModel[] = readBundledIndex(
  JSON.parse(readFileSync(`${modelsFolder}index.json`, "utf8")),
);

/** The files of the first model that ships with the page, as if dropped. */
export function bundledFiles(): readonly FolderFile[] {
  const [model] = bundledModels;
  if (model === undefined) throw new Error("public/models/index.json lists no model; dps bundle adds one.");
  return model.files.map(({ name }) => {
    const path = `${model.id}/${name}`;
    return { path, file: new Blob([readFileSync(modelsFolder + path)]) };
  });
}

/** That model, opened. */
export async function openBundled(): Promise<Folder> {
  return await openFolder(bundledFiles());
}
