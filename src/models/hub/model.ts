import { parsedJson } from "../../core/json.ts";
import type { HubRequest } from "../../contract/sources/hub.ts";
import type { HubSource } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import { vocabularies } from "../../contract/vocabularies.ts";
import { otherVocabularyIn } from "../other-weights.ts";
import type { FolderFile } from "../folder.ts";
import { upperFirst } from "./exchange.ts";
import { describeRepository } from "./names.ts";
import { openRepository, type HubMeans, type HubRepository, type WantedFile } from "./repository.ts";

/** A model's files, and what its record says of where they are from. */
export interface HubModel {
  /** In a folder with the model's name, as a dropped folder has them. */
  readonly files: readonly FolderFile[];
  readonly source: HubSource;
  /** Why the Hub was not asked and what is kept was used, as a sentence; null where it was asked. */
  readonly offline: string | null;
}

const mebibyte = 2 ** 20;
const maxConfigBytes = mebibyte;
/** Of these whatever is there is taken. */
const extras: readonly WantedFile[] = [
  { path: "tokenizer_config.json", maxBytes: 8 * mebibyte },
  { path: "special_tokens_map.json", maxBytes: mebibyte },
];
const maxVocabularyBytes = 64 * mebibyte;
const maxWeightsBytes = 8192 * mebibyte;
/** Of these the first that is there. */
const weights: readonly (readonly string[])[] = [["model.safetensors"], ["pytorch_model.bin"]];

/**
 * Gets a model's files: config.json, the tokenizer's, and the weights last, so that a model that cannot be used costs
 * a kilobyte and not a gigabyte.
 *
 * checkConfig: throws where the parsed config.json is of no use.
 * Errors: bad-model where the repository lacks a file; bad-config; those of openRepository and HubRepository.fetch.
 */
export async function openHubModel(
  request: HubRequest,
  means: HubMeans,
  checkConfig: (json: unknown) => void,
): Promise<HubModel> {
  const repository = await openRepository("model", request, means);
  const { id, revision, commit, offline } = repository;
  const folder = id.slice(id.lastIndexOf("/") + 1);
  const files: FolderFile[] = [];
  for await (const { path, file } of repository.fetch(neededFiles(repository))) {
    if (path === "config.json") checkConfig(await readJson(file, repository));
    files.push({ path: `${folder}/${path}`, file });
  }
  return { files, source: { kind: "hub", id, revision, commit }, offline };
}

/** Small files first. Errors: bad-model. */
function neededFiles(repository: HubRepository): readonly WantedFile[] {
  const there = new Set(repository.files.map(({ path }) => path));
  /** The first set of files that is there whole. */
  const first = (choice: readonly (readonly string[])[], maxBytes: number, what: string): readonly WantedFile[] => {
    const found = choice.find((files) => files.every((path) => there.has(path)));
    if (found !== undefined) return found.map((path) => ({ path, maxBytes }));
    const names = choice.map((files) => files.join(" + ")).join(" nor ");
    throw lacking(
      repository,
      `neither ${names}, which ${what}`,
      choice === vocabularies ? otherVocabularyIn([...there]) : null,
    );
  };
  if (!there.has("config.json")) throw lacking(repository, "no config.json, which says what kind of model it is");
  const config = { path: "config.json", maxBytes: maxConfigBytes };
  return [
    config,
    ...extras.filter(({ path }) => there.has(path)),
    ...first(vocabularies, maxVocabularyBytes, "hold the tokenizer"),
    ...first(weights, maxWeightsBytes, "hold the weights"),
  ];
}

/** `instead`: what is said of other files that are there, in sentences. */
function lacking(repository: HubRepository, what: string, instead: string | null = null): AppError {
  const names = repository.files.slice(0, 8).map(({ path }) => path);
  const found = `${names.join(", ") || "nothing"}${repository.files.length > names.length ? ", …" : ""}`;
  const subject = describeRepository(repository);
  if (repository.offline !== null) {
    const missing = `Of ${subject} only ${found} is kept here: ${what}`;
    return new AppError("unreachable", `${repository.offline} ${missing}. Try again once the Hub can be reached.`);
  }
  return new AppError(
    "bad-model",
    `${upperFirst(subject)} has ${what}. ${instead ?? `It has ${found}. Choose another model.`}`,
  );
}

async function readJson(file: Blob, { id }: HubRepository): Promise<unknown> {
  const text = await file.text();
  const found = /^\s*</.test(text) ? "is a web page" : "is not JSON";
  return parsedJson(text, (cause) => new AppError("bad-config", `config.json of ${id} ${found}.`, { cause }));
}
