import { replayOf } from "../../analysis/replay/replay.ts";
import { shippedResult } from "../../analysis/replay/shipped-result.ts";
import { formatWhole } from "../../core/format.ts";
import { catalog } from "../../experiment/catalog.ts";
import { exitCodes, type Command } from "../command.ts";
import { openResultPath } from "../files.ts";
import { checkOutputPath, writeOutput } from "../output-file.ts";
import { optionsUnder, wrongUsage, type Option } from "../options.ts";

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
    const needed = ({ name, value }: Option): string => {
      const path = given.get(name);
      if (path === undefined) throw wrongUsage(`--${name} is missing: give --${name} ${value ?? ""}.`);
      return path;
    };
    const [from, output, shipped] = [needed(resultOption), needed(outputOption), given.get(shippedOption.name)];
    await checkOutputPath(outputOption.name, output);
    if (shipped !== undefined) await checkOutputPath(shippedOption.name, shipped);
    const read = await openResultPath(resultOption.name, from);
    const task = catalog().tasks.find(({ id }) => id === read.config.task);
    const metric = task?.metrics.find(({ primary }) => primary);
    if (task === undefined || metric === undefined) throw wrongUsage(`--result: ${from} is of a task unknown here.`);
    const replayed = `${JSON.stringify(replayOf(read, { task: task.label, metric }))}\n`;
    const texts = [
      [output, replayed] as const,
      ...(shipped === undefined ? [] : [[shipped, shippedResult(read)] as const]),
    ];
    for (const [path, text] of texts) {
      await writeOutput(path, text);
      terminal.line(`Wrote ${path}: ${formatWhole(Buffer.byteLength(text))} bytes`);
    }
    return exitCodes.done;
  },
};
