import { formatWhole } from "../../core/format.ts";
import { openFineTuned } from "../../experiment/prediction/fine-tuned.ts";
import { writeDifference } from "../../experiment/trained/difference.ts";
import { openFolder } from "../../models/folder.ts";
import { readCheckpoint } from "../../train/checkpoint.ts";
import { modelPath } from "../bundled-model.ts";
import { exitCodes, type Command } from "../command.ts";
import { openModelPath } from "../files.ts";
import { bytesOf, checkOutputPath, writeOutput } from "../output-file.ts";
import { optionsUnder, wrongUsage } from "../options.ts";

const option = optionsUnder("Files");
const modelOption = option("model", "DIR", "Fine-tuned model: a folder of dps finetune --save. Needed.");
const ofOption = option("of", "DIR", "What it was fine-tuned from. Default: bundled, the model that ships.");
const outputOption = option("output", "FILE", "Where to write the difference. Needed.");

/** `dps difference`: what fine-tuning changed of the model that ships. */
export const difference: Command = {
  name: "difference",
  summary: "Write what fine-tuning changed of the model that ships, for the page to try without training.",
  usage: "dps difference --model DIR --output FILE",
  options: () => [modelOption, ofOption, outputOption],
  async run(given, terminal) {
    const [model, output] = [given.get(modelOption.name), given.get(outputOption.name)];
    if (model === undefined) throw wrongUsage("--model is missing: give --model DIR.");
    if (output === undefined) throw wrongUsage("--output is missing: give --output FILE.");
    await checkOutputPath(outputOption.name, output);
    const tuned = await openFineTuned(await openModelPath(model));
    const before = await openFolder(await openModelPath(await modelPath(given.get(ofOption.name) ?? "bundled")));
    const file = writeDifference(await readCheckpoint(before), tuned);
    await writeOutput(output, await bytesOf(file));
    const said = tuned.labels.length === 0 ? "a score" : tuned.labels.join(", ");
    terminal.line(`Wrote ${output}: ${formatWhole(file.size)} bytes, ${said}`);
    return exitCodes.done;
  },
};
