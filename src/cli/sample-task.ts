import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readSampleIndex } from "../contract/sources/samples.ts";
import type { NamedFile } from "../experiment/workspace.ts";
import { openTablePath } from "./files.ts";
import { knownEntry } from "./options.ts";

/** The repository's public/tasks/: as far from this file as from the program's bundle in dist/cli/. */
const tasksFolder = fileURLToPath(new URL("../../public/tasks/", import.meta.url));

/** Both tables of a sample task that ships with the page. Errors: bad-settings, listing the tasks. */
export async function openSample(id: string): Promise<{ readonly train: NamedFile; readonly dev: NamedFile }> {
  const sample = knownEntry("sample task", id, await readIndex());
  const table = async (role: "train" | "dev"): Promise<NamedFile> => {
    const path = `${sample.id}/${role}.tsv`;
    return { ...(await openTablePath("sample", join(tasksFolder, path))), path };
  };
  return { train: await table("train"), dev: await table("dev") };
}

/** Whether a sample task that ships with the page has this name. */
export async function isSample(id: string): Promise<boolean> {
  return (await readIndex()).some((sample) => sample.id === id);
}

async function readIndex() {
  return readSampleIndex(JSON.parse(await readFile(join(tasksFolder, "index.json"), "utf8")));
}
