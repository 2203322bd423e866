import { AppError } from "../../core/errors.ts";
import { formatWhole } from "../../core/format.ts";
import { listAdapters } from "../adapter.ts";
import { exitCodes, type Command } from "../command.ts";
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

/** `dps devices`: the adapters that Dawn finds here. */
export const devices: Command = {
  name: "devices",
  summary: "List the GPUs that can be used here.",
  usage: "dps devices [--json]",
  options: () => [{ name: "json", value: null, help: "Print one JSON array, and nothing else.", group: "Options" }],
  async run(given, terminal) {
    const records = (await listAdapters()).map(recordOf);
    if (given.has("json")) terminal.line(JSON.stringify(records, null, 2));
    if (records.length === 0) throw noAdapter();
    if (!given.has("json")) for (const line of records.flatMap(describe)) terminal.line(line);
    return exitCodes.done;
  },
};

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
