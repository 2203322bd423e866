import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { formatBytes } from "../../core/format.ts";
import { catalog } from "../../experiment/catalog.ts";
import { reportOf } from "../../report/report.ts";
import { programVersion } from "../../report/version.ts";
import { exitCodes, type Command } from "../command.ts";
import { openResultPath } from "../files.ts";
import { checkOutputPath, writeOutput } from "../output-file.ts";
import { optionsUnder, wrongUsage, type Option } from "../options.ts";

const option = optionsUnder("Options");

const options: readonly Option[] = [
  {
    ...option("result", "FILE", "The result.json, of the page or of --output; --result itself may be left out."),
    bare: true,
  },
  { ...option("output", "FILE", "The report. Default: the result's name with .html, beside it."), short: "o" },
];

/** `dps report`: a result as one HTML file. */
export const report: Command = {
  name: "report",
  summary: "Write a result as one HTML file, with its pictures in it, to be read and printed anywhere.",
  usage: "dps report result.json [-o report.html]",
  options: () => options,
  async run(given, terminal) {
    const path = given.get("result");
    if (path === undefined) throw wrongUsage("The result is missing: dps report result.json -o report.html.");
    const output = given.get("output") ?? `${path.replace(/\.json$/i, "")}.html`;
    await checkOutputPath("output", output);
    const result = await openResultPath("result", path);
    const { mtime } = await stat(path);
    const name = basename(path).replace(/\.json$/i, "");
    const html = reportOf({ result, catalog: catalog(), name, date: mtime, version: programVersion });
    await writeOutput(output, html);
    terminal.line(`Wrote ${output}, ${formatBytes(Buffer.byteLength(html))}`);
    return exitCodes.done;
  },
};
