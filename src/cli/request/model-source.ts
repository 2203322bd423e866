import { existsSync } from "node:fs";
import { basename } from "node:path";
import { bundledWord } from "../../contract/sources/bundled.ts";
import type { ModelSource } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import type { NamedFile } from "../../experiment/workspace.ts";
import { openHubModel } from "../../models/hub/model.ts";
import { isRepositoryId } from "../../models/hub/names.ts";
import { modelOf } from "../../nn/families/index.ts";
import { modelPath } from "../bundled-model.ts";
import { openModelPath } from "../files.ts";
import { withDownload } from "../hub/hub-download.ts";
import { optionsUnder, wrongUsage, type Option } from "../options.ts";
import type { Terminal } from "../terminal.ts";

/** A model's files, and what its record says of them. */
export interface OpenedModel {
  readonly files: readonly NamedFile[];
  readonly source: ModelSource;
}

/** The option --revision, under a heading of the caller's. */
export function revisionOption(group: string): Option {
  const help = "Branch, tag or commit, where --model is an id of the Hub. Default: main.";
  return optionsUnder(group)("revision", "REV", help);
}

/**
 * What --model means: a folder or .zip that is there, "bundled", or else an id of the Hub, which is fetched or taken
 * from the cache. `revision`: null where none was given.
 *
 * Errors: bad-settings; those of openHubModel.
 */
export async function openModel(text: string, revision: string | null, terminal: Terminal): Promise<OpenedModel> {
  if (text === bundledWord || existsSync(text)) return await openLocal(text, revision);
  if (!isRepositoryId(text) || /\.zip$/i.test(text)) {
    throw wrongUsage(
      `--model: there is no folder or .zip ${text}, and it is no id of the Hub either, which is organisation/name, ` +
        "as in google/bert_uncased_L-2_H-128_A-2.",
    );
  }
  return await openFromHub(text, revision ?? "main", terminal);
}

async function openLocal(text: string, revision: string | null): Promise<OpenedModel> {
  if (revision !== null) {
    const what = text === bundledWord ? "the bundled model" : "a file or folder here";
    throw wrongUsage(`--revision is for a model of the Hub, but --model ${text} is ${what}; leave one of them out.`);
  }
  const path = await modelPath(text);
  const files = await openModelPath(path);
  if (text === bundledWord) return { files, source: { kind: "bundled", id: basename(path) } };
  const named = files.some((file) => /(^|\/)config\.json$|\.zip$/i.test(file.path));
  if (!named && isRepositoryId(text)) {
    throw wrongUsage(
      `--model: ${text} is a folder here, without a config.json, so the Hub was not asked for ${text}. Give the path ` +
        `of a model's folder; or for the Hub's model start dps where there is no ${text}.`,
    );
  }
  return { files, source: { kind: "file" } };
}

async function openFromHub(id: string, revision: string, terminal: Terminal): Promise<OpenedModel> {
  try {
    return await withDownload(
      terminal,
      async (means, hub) => await openHubModel({ hub, id, revision }, means, modelOf),
      (model) => model,
    );
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "not-found") throw error;
    throw new AppError(error.code, `${error.message} There is no folder ${id} here either.`, { cause: error });
  }
}
