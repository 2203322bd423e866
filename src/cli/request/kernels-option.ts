import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { KernelSource } from "../../contract/engine/kernels.ts";
import { resultSizeLimit } from "../../contract/schemas/schema.ts";
import { Workspace } from "../../experiment/workspace.ts";
import { openGpu } from "../adapter.ts";
import { openFilePath } from "../files.ts";
import { choicesInFolder, kernelsFolder } from "../kept-kernels.ts";
import { wrongUsage, type Given, type Option } from "../options.ts";
import { readKernelsFile } from "./kernels-file.ts";
import type { Terminal } from "../terminal.ts";

/** --kernels as it was typed. */
export interface KernelsRequest {
  readonly kernels: string;
}

/** The option --kernels. */
export const kernelsOption: Option = {
  name: "kernels",
  value: "auto|portable|FILE",
  help:
    "Which kernels compute: the fastest of this GPU, found by timing once and kept; those that run on every GPU; or those " +
    "of a result.json, which gives its very numbers on the same GPU. Default: auto.",
  group: "GPU",
};

/** Reads kernelsOption. */
export function readKernelsRequest(given: Given): KernelsRequest {
  return { kernels: given.get("kernels") ?? "auto" };
}

/** What --kernels means. Errors: bad-settings, for a file that is not there, or holds no choice. */
async function openKernels({ kernels }: KernelsRequest): Promise<KernelSource> {
  if (kernels === "auto" || kernels === "portable") return kernels;
  const { file } = await openFilePath("kernels", kernels, "auto, portable, or a result.json");
  if (file.size > resultSizeLimit) throw wrongUsage(`--kernels: ${kernels} is too large to be a result.json.`);
  return readKernelsFile(await readFile(kernels, "utf8"), `--kernels: ${basename(kernels)}`);
}

/** A workspace on the GPU at hand, with the kernels that were asked for. Errors: bad-settings, no-webgpu. */
export async function openWorkspace(request: KernelsRequest, terminal: Terminal): Promise<Workspace> {
  const source = await openKernels(request);
  const choices = choicesInFolder(kernelsFolder(), (note) => terminal.line(`Note    ${note}`));
  const workspace = new Workspace(await openGpu(), choices);
  workspace.useKernels(source);
  return workspace;
}
