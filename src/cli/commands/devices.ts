import { bundledWord } from "../../contract/sources/bundled.ts";
import { AppError } from "../../core/errors.ts";
import { formatWhole } from "../../core/format.ts";
import { tableBatch, timeKernels } from "../../experiment/kernels/kernel-table.ts";
import { openFolder } from "../../models/folder.ts";
import { listAdapters, openGpu } from "../adapter.ts";
import { modelPath } from "../bundled-model.ts";
import { exitCodes, type Command } from "../command.ts";
import { openModelPath } from "../files.ts";
import { optionsUnder, wrongUsage, type Given, type Option } from "../options.ts";
import { describeDevice } from "../report/describe.ts";
import { kernelTable } from "../report/kernel-table.ts";
import type { Terminal } from "../terminal.ts";
import { formatTable } from "../report/text-table.ts";

/** An adapter as plain data. */
interface AdapterRecord {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  readonly software: boolean;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

const option = optionsUnder("Options");

const options: readonly Option[] = [
  option("json", null, "Print JSON, and nothing else."),
  option("tune", null, "Time the kernels of the GPU that training takes, and show which are the fastest."),
  option(
    "model",
    "DIR",
    `With --tune: the model whose shapes are timed, in batches of ${tableBatch.rows} rows of ${tableBatch.tokens} ` +
      `tokens. Default: ${bundledWord}, the model that ships with the page.`,
  ),
];

/** `dps devices`: the adapters that Dawn finds here. */
export const devices: Command = {
  name: "devices",
  summary: "List the GPUs that can be used here.",
  usage: "dps devices [--tune [--model DIR]] [--json]",
  options: () => options,
  async run(given, terminal) {
    if (given.has("tune")) return await tune(given, terminal);
    if (given.has("model")) throw wrongUsage("--model says whose shapes are timed; give --tune as well.");
    const records = (await listAdapters()).map(recordOf);
    if (given.has("json")) printJson(records, terminal);
    if (records.length === 0) throw noAdapter();
    if (!given.has("json")) for (const line of records.flatMap(describe)) terminal.line(line);
    return exitCodes.done;
  },
};

function printJson(value: unknown, terminal: Terminal): void {
  for (const line of JSON.stringify(value, null, 2).split("\n")) terminal.line(line);
}

/** Times the kernels on a model's shapes and prints what came of it. */
async function tune(given: Given, terminal: Terminal): Promise<number> {
  const path = await modelPath(given.get("model") ?? bundledWord);
  const folder = await openFolder(await openModelPath(path));
  const timed = await timeKernels(await openGpu(), await folder.json("config.json"), (text, done, total) =>
    terminal.status(`Timing kernels ${done}/${total}: ${text}`),
  );
  const { device, kernels } = timed;
  terminal.status("");
  if (given.has("json")) {
    printJson({ device, model: folder.name, batch: tableBatch, ...kernels }, terminal);
    return exitCodes.done;
  }
  terminal.line(describeDevice(device));
  terminal.line(`Model   ${folder.name}, batches of ${tableBatch.rows} rows of ${tableBatch.tokens} tokens`);
  terminal.line(`Kernels chosen in ${(kernels.elapsedMs / 1000).toFixed(1)} s; * is the one that a run takes`);
  for (const line of kernelTable(kernels.tried)) terminal.line(line);
  return exitCodes.done;
}

/** What to say where there is no GPU at all. */
function noAdapter(): AppError {
  return new AppError(
    "no-webgpu",
    "No WebGPU adapter was found here. Install the graphics driver, or one that plays the GPU on the CPU " +
      "(Debian, Ubuntu: apt install mesa-vulkan-drivers).",
  );
}

function recordOf(adapter: GPUAdapter): AdapterRecord {
  const { vendor, architecture, description, device, isFallbackAdapter } = adapter.info;
  const limits: Record<string, number> = {};
  // Limits are getters of the prototype, so that only for…in finds them.
  for (const name in adapter.limits) {
    const value: unknown = Reflect.get(adapter.limits, name);
    if (typeof value === "number") limits[name] = value;
  }
  const words = `${vendor} ${architecture} ${description} ${device}`.toLowerCase();
  return {
    vendor,
    architecture,
    description: description === "" ? device : description,
    software: isFallbackAdapter || /llvmpipe|swiftshader|software/.test(words),
    features: [...adapter.features].sort(),
    limits,
  };
}

function describe(record: AdapterRecord, index: number): readonly string[] {
  const limits = Object.entries(record.limits).map(([name, value]) => [`  ${name}`, formatWhole(value)]);
  return [
    ...(index === 0 ? [] : [""]),
    `${index + 1}. ${record.description}${index === 0 ? "  (dps finetune uses this one)" : ""}`,
    `  vendor        ${record.vendor}`,
    `  architecture  ${record.architecture}`,
    `  software      ${record.software ? "yes: the CPU plays the GPU" : "no"}`,
    `  features      ${record.features.join(", ")}`,
    ...formatTable(["  limit", ""], limits),
  ];
}
