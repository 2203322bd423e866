import { readKeptKernels } from "../contract/engine/kernels.ts";
import { choicesInMemory, type ChoiceStore } from "../experiment/kernels/kernel-tuning.ts";

/** Small files of text. Both calls fail where there is no storage, and the first where there is no such file. */
export interface TextFiles {
  read(name: string): Promise<string>;
  write(name: string, text: string): Promise<void>;
}

/** Keeps choices of kernels in files, one each, and in memory, which alone serves where there is no storage. */
export function choicesInFiles(files: TextFiles): ChoiceStore {
  const memory = choicesInMemory();
  return {
    async read(key) {
      const known = await memory.read(key);
      // Nothing kept, or no storage: timing anew costs seconds.
      return known ?? readKeptKernels(await files.read(`${key}.json`).catch(() => ""));
    },
    async write(key, kept) {
      await memory.write(key, kept);
      // No storage, or another page writes it: the choice lasts as long as this page.
      await files.write(`${key}.json`, JSON.stringify(kept)).catch(() => undefined);
    },
  };
}
