import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sampleFiles } from "../data/samples/files.ts";
import { exitCodes } from "./command.ts";
import type { Command } from "./command.ts";
import { makeFolder } from "./files.ts";
import { wrongUsage } from "./options.ts";
import type { Option } from "./options.ts";

const outputOption: Option = {
  name: "output",
  value: "DIR",
  help: "Folder for the files: one folder a task, index.json and the licence.",
  group: "Files",
};

/** `dps samples`: the sample tasks that ship with the page, made anew; every time the same. */
export const samples: Command = {
  name: "samples",
  summary: "Write the small sample tasks that ship with the page.",
  usage: "dps samples --output DIR",
  options: () => [outputOption],
  async run(given, terminal) {
    const output = given.get(outputOption.name);
    if (output === undefined) throw wrongUsage("--output is missing: name a folder for the files.");
    await makeFolder(outputOption.name, output);
    const files = sampleFiles();
    for (const [path, text] of files) {
      await mkdir(dirname(join(output, path)), { recursive: true });
      await writeFile(join(output, path), text);
    }
    terminal.line(`Wrote ${files.length} files to ${output}`);
    return exitCodes.done;
  },
};
