import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundledWord, readBundledIndex } from "../contract/sources/bundled.ts";
import { wrongUsage } from "./options.ts";

/** The repository's public/models/: as far from this file as from the program's bundle in dist/cli/. */
const bundledFolder = fileURLToPath(new URL("../../public/models/", import.meta.url));

/**
 * The path that --model means: "bundled" stands for the first model that ships with the page, everything else for
 * itself. Errors: bad-settings where none ships.
 */
export async function modelPath(text: string, folder = bundledFolder): Promise<string> {
  if (text !== bundledWord) return text;
  const index = join(folder, "index.json");
  const advice = "Give a folder, or make one with dps bundle.";
  if (!existsSync(index)) throw wrongUsage(`--model: this copy ships without a bundled model. ${advice}`);
  const [first] = readBundledIndex(JSON.parse(await readFile(index, "utf8")));
  if (first === undefined) throw wrongUsage(`--model: ${index} lists no model. ${advice}`);
  return join(folder, first.id);
}
