import { proposalText } from "../../analysis/memory-proposals.ts";
import type { Catalog, ModelPreset } from "../../contract/catalog.ts";
import type { PresetMemory } from "../../contract/sources/presets.ts";
import { formatCount, formatMebibytes } from "../../core/format.ts";
import { catalog } from "../../experiment/catalog.ts";
import { exitCodes, type Command } from "../command.ts";
import type { Option } from "../options.ts";
import { describeDevice } from "../report/describe.ts";
import { formatTable } from "../report/text-table.ts";
import { kernelsOption, openWorkspace, readKernelsRequest } from "../request/kernels-option.ts";
import { methodsOption, readPlan } from "../request/request.ts";
import { fieldOptions, methodOptions } from "../request/setting-options.ts";

/** `dps models`: models of the Hub by name, and what a run of each takes here. */
export const models: Command = {
  name: "models",
  summary: "List models of the Hub, with the memory that a run of each takes on this GPU.",
  usage: "dps models [--methods A,B] [--batch-size N] [--max-length N] [options]",
  options: () => modelsOptions(catalog()),
  async run(given, terminal) {
    const all = catalog();
    const plan = readPlan(given, all);
    const workspace = await openWorkspace(readKernelsRequest(given), terminal);
    try {
      const { device } = await workspace.engine();
      terminal.line(describeDevice(device.record));
      for (const line of modelLines(all.presets, await workspace.presetMemory(plan))) terminal.line(line);
      return exitCodes.done;
    } finally {
      await workspace.engines.close();
    }
  },
};

function modelsOptions(all: Catalog): readonly Option[] {
  return [methodsOption(all), kernelsOption, ...fieldOptions(all.training, "Training"), ...methodOptions(all.methods)];
}

/** One row a model, and one for each proposal that takes less; below, why some are too large. */
function modelLines(presets: readonly ModelPreset[], memory: readonly PresetMemory[]): readonly string[] {
  const found = presets.map((preset) => ({ preset, planned: memory.find(({ id }) => id === preset.id) }));
  const rows = found.flatMap(({ preset, planned }) =>
    planned === undefined
      ? [[preset.id, formatCount(preset.parameterCount), "", ""]]
      : [
          [
            preset.id,
            formatCount(preset.parameterCount),
            formatMebibytes(planned.totalBytes),
            planned.problem === null ? "" : "too large here",
          ],
          ...planned.proposals.map((one) => [`  ${proposalText(one)}`, "", formatMebibytes(one.totalBytes), ""]),
        ],
  );
  const problems = found.flatMap(({ preset, planned }) =>
    typeof planned?.problem === "string" ? [`Note    ${preset.id}: ${planned.problem}`] : [],
  );
  const bound =
    "Memory is that of one run at these settings, at most: with every row as long as --max-length allows. --recompute " +
    "layers takes longer; --batch-size 4 --accumulate 4 is a step of 16 rows, with dropout drawn for each four.";
  return [...formatTable(["model", "weights", "memory, MiB", ""], rows), ...problems, bound];
}
