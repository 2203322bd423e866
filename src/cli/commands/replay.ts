import { writeFile } from "node:fs/promises";
import { replayOf } from "../../analysis/replay/replay.ts";
import { shippedResult } from "../../analysis/replay/shipped-result.ts";
import { readResult, tooLarge } from "../../analysis/result-file.ts";
import { resultSizeLimit } from "../../contract/schemas/schema.ts";
import { formatWhole } from "../../core/format.ts";
import { catalog } from "../../experiment/catalog.ts";
import { exitCodes, type Command } from "../command.ts";
import { checkOutputPath, openFilePath } from "../files.ts";
import { optionsUnder, wrongUsage } from "../options.ts";

const option = optionsUnder("Files");
const resultOption = option("result", "FILE", "A result.json of methods over seeds, without a grid. Needed.");
const outputOption = option("output", "FILE", "Where to write the replay. Needed.");
const shippedOption = option(
  "shipped",
  "FILE",
  "Write the result itself too, as it ships: up to 3 MB, masks of the first seed, subnetworks of the first seeds.",
);

/** `dps replay`: takes of a result what the page's first screen plays. */
export const replay: Command = {
  name: "replay",
  summary: "Take of a result.json what the page's first screen plays: scores, one selection, the comparison.",
  usage: "dps replay --result FILE --output FILE [--shipped FILE]",
  options: () => [resultOption, outputOption, shippedOption],
  async run(given, terminal) {
    async function write(path: string, text: string): Promise<void> {
      await checkOutputPath(outputOption.name, path);
      await writeFile(path, text);
      terminal.line(`Wrote ${path}: ${formatWhole(text.length)} bytes`);
    }
    const [from, output] = [resultOption, outputOption].map(({ name, value }) => {
      const path = given.get(name);
      if (path === undefined) throw wrongUsage(`--${name} is missing: give --${name} ${value ?? ""}.`);
      return path;
    });
    const { file } = await openFilePath(resultOption.name, from ?? "", "a result.json");
    if (file.size > resultSizeLimit) throw tooLarge(from ?? "", file.size);
    const read = readResult(await file.text(), from ?? "");
    const task = catalog().tasks.find(({ id }) => id === read.config.task);
    const metric = task?.metrics.find(({ primary }) => primary);
    if (task === undefined || metric === undefined) throw wrongUsage(`--result: ${from} is of a task unknown here.`);
    await write(output ?? "", `${JSON.stringify(replayOf(read, { task: task.label, metric }))}\n`);
    const shipped = given.get(shippedOption.name);
    if (shipped !== undefined) await write(shipped, shippedResult(read));
    return exitCodes.done;
  },
};
