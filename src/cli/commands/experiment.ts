import { messageOf } from "../../core/errors.ts";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Catalog, PlanEntry } from "../../contract/catalog.ts";
import { planSizeLimit, readPlanFile, writePlanFile, type NamedPlan } from "../../contract/plan-file.ts";
import { catalog } from "../../experiment/catalog.ts";
import { exitCodes, type Command } from "../command.ts";
import { dataOptions, readDataRequest } from "../request/data-request.ts";
import { openFilePath } from "../files.ts";
import { checkOutputPath, writeOutput } from "../output-file.ts";
import { kernelsOption, readKernelsRequest } from "../request/kernels-option.ts";
import { knownEntry, optionsUnder, wrongUsage, type Given, type Option } from "../options.ts";
import { outputOptions, readOutputRequest } from "../request/output-request.ts";
import { readSeeds } from "../request/request.ts";
import { partOptions, readParts } from "../request/parts.ts";
import { runParts } from "../request/run-parts.ts";
import { runPlan } from "../request/run-plan.ts";
import { adviceFor } from "../suggest.ts";

/** `dps experiment`: a plan from a file, or one of the paper's experiments. */
export const experiment: Command = {
  name: "experiment",
  summary: "Run a plan: methods, seeds and settings from a file, or an experiment of the paper.",
  usage: "dps experiment --plan FILE|NAME [--size small|full] [--model DIR|ID] [--train FILE] [--models A,B] [options]",
  options: () => experimentOptions(catalog()),
  async run(given, terminal) {
    const all = catalog();
    const { name, plan, entry } = await openPlan(given, all);
    const written = given.get("write-plan");
    if (written !== undefined) {
      await checkOutputPath("write-plan", written);
      await writeOutput(written, writePlanFile({ name, plan }));
      terminal.line(`Wrote ${written}`);
      return exitCodes.done;
    }
    const defaults = { model: entry === null ? null : "bundled", sample: entry?.sample ?? null };
    const parts = await readParts(given, all, defaults);
    const request = {
      ...(parts?.[0]?.data ?? readDataRequest(given, all, defaults)),
      ...readOutputRequest(given),
      ...readKernelsRequest(given),
      plan,
      recipes: given.get("size") === "full" ? (entry?.recipes ?? []) : [],
    };
    if (entry?.transfers === true && request.transfers.length === 0) {
      throw wrongUsage(
        `"${entry.id}" scores on sets of other sources; give them, as in --also-on snli.jsonl sick.txt.`,
      );
    }
    terminal.line(`Plan    ${name}${entry === null ? "" : ` (${entry.where} of the paper)`}`);
    return parts === null ? (await runPlan(request, terminal)).exitCode : await runParts(request, parts, all, terminal);
  },
};

/** Every option of `dps experiment`. */
function experimentOptions(all: Catalog): readonly Option[] {
  const option = optionsUnder("Experiment");
  const ready = all.plans.map(({ id, where }) => `${id} (${where})`).join(", ");
  return [
    option(
      "plan",
      "FILE|NAME",
      `A plan.json, of this program or the page, or an experiment of the paper: ${ready}. Needed.`,
    ),
    option(
      "size",
      "small|full",
      "Of an experiment of the paper: minutes with the bundled model, or as in the paper. Default: small.",
    ),
    option("seeds", "LIST", "Seeds in place of the plan's, as in 1,2,3 or 1-5."),
    option("write-plan", "FILE", "Write the plan to a file, to change it or open it in the page, and run nothing."),
    ...dataOptions(all),
    ...partOptions("Model and data"),
    ...outputOptions,
    kernelsOption,
  ];
}

/** A plan, and the experiment of the paper that it is; null for a file. */
interface OpenedPlan extends NamedPlan {
  readonly entry: PlanEntry | null;
}

async function openPlan(given: Given, all: Catalog): Promise<OpenedPlan> {
  const word = given.get("plan");
  if (word === undefined) throw wrongUsage("--plan is missing; --help lists the experiments of the paper.");
  const entry = all.plans.find(({ id }) => id === word) ?? null;
  const named = entry === null ? await openPlanFile(word, given, all) : readyPlan(entry, given);
  const seeds = given.get("seeds");
  return { entry, ...named, ...(seeds === undefined ? {} : { plan: { ...named.plan, seeds: readSeeds(seeds) } }) };
}

function readyPlan({ label, sizes }: PlanEntry, given: Given): NamedPlan {
  const plans = Object.entries(sizes).map(([id, plan]) => ({ id, plan }));
  const { id, plan } = knownEntry("size", given.get("size") ?? "small", plans);
  return { name: `${label}, ${id}`, plan };
}

async function openPlanFile(path: string, given: Given, all: Catalog): Promise<NamedPlan> {
  if (given.has("size")) throw wrongUsage("--size is of an experiment of the paper; a plan.json has no sizes.");
  const file = await openFilePath("plan", path, "a plan.json").catch((error: unknown) => {
    const ids = all.plans.map(({ id }) => id);
    const advice = adviceFor(path, ids, `The paper's experiments are ${ids.join(", ")}.`);
    throw wrongUsage(`${messageOf(error)} ${advice}`);
  });
  if (file.file.size > planSizeLimit) {
    throw wrongUsage(`--plan: ${path} is larger than ${planSizeLimit / 1024} KiB, so it is no plan.`);
  }
  return readPlanFile(await readFile(path, "utf8"), basename(path), all);
}
