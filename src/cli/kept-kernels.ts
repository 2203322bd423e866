import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { readKeptKernels } from "../contract/engine/kernels.ts";
import { messageOf } from "../core/errors.ts";
import type { ChoiceStore } from "../experiment/kernels/kernel-tuning.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** The folder of kept choices, in the usual one for caches: XDG_CACHE_HOME, or ~/.cache. */
export function kernelsFolder(variables: Variables = process.env): string {
  const given = variables["XDG_CACHE_HOME"]?.trim() ?? "";
  return join(given === "" ? join(homedir(), ".cache") : given, "dps-playground", "kernels");
}

/**
 * Keeps choices as one JSON file each; what cannot be read counts as none. `tell`: of the first choice that cannot be
 * kept, in a sentence.
 */
export function choicesInFolder(folder: string, tell: (note: string) => void): ChoiceStore {
  let told = false;
  const pathOf = (key: string): string => join(folder, `${key}.json`);
  return {
    async read(key) {
      const text = await readFile(pathOf(key), "utf8").catch(() => "");
      return readKeptKernels(text);
    },
    async write(key, kept) {
      // Another process may read or write the same choice: it sees a whole file, this one or the other.
      const draft = `${pathOf(key)}.${process.pid}`;
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(draft, `${JSON.stringify(kept, null, 1)}\n`);
        await rename(draft, pathOf(key));
      } catch (error) {
        if (told) return;
        told = true;
        tell(`The choice of kernels cannot be kept for the next run: ${messageOf(error)}`);
      }
    },
  };
}
