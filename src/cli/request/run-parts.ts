import { join } from "node:path";
import { settingWords } from "../../analysis/grids/setting-text.ts";
import type { FigureTable } from "../../analysis/tables/figure-table.ts";
import { modelsTable, withTaskLabels, type ModelResult } from "../../analysis/tables/models-table.ts";
import { tableFormats } from "../../analysis/tables/table-text.ts";
import type { Catalog } from "../../contract/catalog.ts";
import { failureOf } from "../../core/errors.ts";
import { exitCodes } from "../command.ts";
import { makeFolder } from "../files.ts";
import { wrongUsage } from "../options.ts";
import { writeOutput } from "../output-file.ts";
import { modelsTableLines } from "../report/report-models.ts";
import type { Terminal } from "../terminal.ts";
import type { Part } from "./parts.ts";
import type { PlanRequest } from "./request.ts";
import { runPlan, type PlanOutcome } from "./run-plan.ts";

/**
 * Runs a plan on several models or tasks, one after another, each as if it were alone: the device holds one model at a
 * time. `request`: what they have in common; its `output`, `save` and `predictions` are folders with a place for each.
 * What goes wrong with one is said, and the others go on. Ends with a table of all. Resolves with the exit code.
 */
export async function runParts(
  request: PlanRequest,
  parts: readonly Part[],
  catalog: Catalog,
  terminal: Terminal,
): Promise<number> {
  const { output } = request;
  if (request.profile) {
    throw wrongUsage("--profile looks at one run of one model and task: leave --models and --tasks out.");
  }
  if (output !== null) await makeFolder("output", output);
  const results: ModelResult[] = [];
  let worst: number = exitCodes.done;
  for (const [index, part] of parts.entries()) {
    terminal.line("");
    terminal.line(`Part    ${index + 1} of ${parts.length}: ${part.model} on ${part.task}`);
    const outcome = await runPart({ ...request, ...part.data, ...placesOf(request, part) }, part, terminal);
    results.push(...resultOf(part, outcome));
    if (output !== null) await writeTables(output, tableOf(results, catalog));
    worst = Math.max(worst, outcome?.exitCode ?? exitCodes.failed);
    if (outcome?.exitCode === exitCodes.interrupted) break;
  }
  const table = tableOf(results, catalog);
  if (table.rows.length === 0) return worst;
  for (const line of modelsTableLines(table)) terminal.line(line);
  if (output !== null) terminal.line(`Wrote ${tablePaths(output).join(", ")}`);
  return worst;
}

/** null where it could not be run, which is said. Errors: stopped. */
async function runPart(request: PlanRequest, { model, task }: Part, terminal: Terminal): Promise<PlanOutcome | null> {
  try {
    return await runPlan(request, terminal);
  } catch (thrown) {
    const { code, message } = failureOf(thrown);
    if (code === "stopped") throw thrown;
    terminal.status("");
    terminal.complain(`${model} on ${task}: ${message}`);
    return null;
  }
}

function placesOf(
  { output, save, predictions }: PlanRequest,
  { name }: Part,
): Pick<PlanRequest, "output" | "save" | "predictions"> {
  const within = (folder: string | null, inner: string): string | null => folder && join(folder, inner);
  return {
    output: within(output, `${name}.json`),
    save: within(save, name),
    predictions: within(predictions, name),
  };
}

function resultOf({ model, task }: Part, outcome: PlanOutcome | null): readonly ModelResult[] {
  const [metric] = outcome?.metrics ?? [];
  if (outcome === null || metric === undefined) return [];
  const { config, runs, summary } = outcome.result;
  return [{ model, task, metric, config, runs, summary }];
}

function tableOf(results: readonly ModelResult[], catalog: Catalog): FigureTable {
  return modelsTable(withTaskLabels(results, catalog), ({ method, setting }) => {
    const label = catalog.methods.find(({ id }) => id === method)?.label ?? method;
    const at = settingWords(setting);
    return at === "" ? label : `${label}, ${at}`;
  });
}

/** After each part: whatever ends the program, the table is of all that have ended. */
async function writeTables(folder: string, table: FigureTable): Promise<void> {
  if (table.rows.length === 0) return;
  const paths = tablePaths(folder);
  for (const [index, { write }] of tableFormats.entries()) await writeOutput(paths[index] ?? "", write(table));
}

function tablePaths(folder: string): readonly string[] {
  return tableFormats.map(({ extension }) => join(folder, `table.${extension}`));
}
