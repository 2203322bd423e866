import { messageOf } from "../core/errors.ts";
import { openAsBlob } from "node:fs";
import { access, constants, mkdir, readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { readResult, tooLarge } from "../analysis/result-file.ts";
import type { ExperimentResult } from "../contract/run.ts";
import { resultSizeLimit } from "../contract/schemas/schema.ts";
import type { NamedFile } from "../experiment/workspace.ts";
import { wrongUsage } from "./options.ts";

type Kind = "file" | "folder" | "other" | "missing";

/** What stands at a path. Errors: bad-settings, where that cannot be seen. */
export async function kindOf(path: string): Promise<Kind> {
  try {
    const found = await stat(path);
    return found.isFile() ? "file" : found.isDirectory() ? "folder" : "other";
  } catch (error) {
    if (isMissing(error)) return "missing";
    throw unusable(path, error);
  }
}

function unusable(path: string, cause: unknown): Error {
  return wrongUsage(`${path} cannot be used: ${messageOf(cause)}.`);
}

/** Whether an error of the file system says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

/** A name beside a path that nothing else has, for what takes its place in one move. */
export function asideOf(path: string): string {
  return `${path}.${process.pid}-${(asides += 1)}`;
}

let asides = 0;

async function openFile(path: string): Promise<Blob> {
  try {
    return await openAsBlob(path);
  } catch {
    throw wrongUsage(`${path} cannot be opened. May you read it?`);
  }
}

/** A model's files: what lies in a folder, or one .zip. Errors: bad-settings. */
export async function openModelPath(path: string): Promise<readonly NamedFile[]> {
  const kind = await kindOf(path);
  if (kind === "missing") throw wrongUsage(`--model: there is no folder or .zip ${path}.`);
  if (kind === "file" && /\.zip$/i.test(path)) return [{ path: basename(path), file: await openFile(path) }];
  if (kind !== "folder") {
    throw wrongUsage(`--model: ${path} is a file; wanted is a Hugging Face model folder, or a .zip of one.`);
  }
  // A leading dot would count as a hidden folder, whose files are passed over.
  const folder = basename(resolve(path)).replace(/^\.+/, "") || "model";
  const names = await modelFilesIn(path, 0);
  return await Promise.all(
    names.map(async (name) => ({ path: `${folder}/${name}`, file: await openFile(join(path, name)) })),
  );
}

/** So deep lie models in an old sentence-transformers folder, a Trainer's output, and the Hub's cache (snapshots/COMMIT). */
const mostLevels = 2;
const mostFiles = 500;

/** Files of a folder by their path in it; those of its folders only where it holds no config.json with weights beside. */
async function modelFilesIn(path: string, level: number): Promise<readonly string[]> {
  const names = (await readdir(path)).filter((name) => !name.startsWith(".")).sort();
  const kinds = await Promise.all(names.map((name) => kindOf(join(path, name))));
  const files = names.filter((_, index) => kinds[index] === "file");
  const whole =
    files.includes("config.json") && files.some((name) => /^(model|pytorch_model)\..*(safetensors|bin)/.test(name));
  const folders = whole || level === mostLevels ? [] : names.filter((_, index) => kinds[index] === "folder");
  const inner = await Promise.all(
    folders.map(async (name) => (await modelFilesIn(join(path, name), level + 1)).map((file) => `${name}/${file}`)),
  );
  const found = [...files, ...inner.flat()];
  if (found.length <= mostFiles) return found;
  throw wrongUsage(
    `--model: there are more than ${mostFiles} files in ${path}. Give the folder with the model's config.json.`,
  );
}

/** A table's file; `option` names it in errors. Errors: bad-settings. */
export async function openTablePath(option: string, path: string): Promise<NamedFile> {
  return await openFilePath(option, path, "a TSV, CSV, JSON, Parquet or .xlsx file");
}

/** A file; `option` names it in errors, `wanted` says what it should be. Errors: bad-settings. */
export async function openFilePath(option: string, path: string, wanted: string): Promise<NamedFile> {
  const kind = await kindOf(path);
  if (kind === "missing") throw wrongUsage(`--${option}: there is no file ${path}.`);
  if (kind !== "file") {
    throw wrongUsage(`--${option}: ${path} is a ${kind === "folder" ? "folder" : "device"}; wanted is ${wanted}.`);
  }
  return { path: basename(path), file: await openFile(path) };
}

/** A result.json; `option` names it in errors. Errors: bad-settings, too-large. */
export async function openResultPath(option: string, path: string): Promise<ExperimentResult> {
  const { path: name, file } = await openFilePath(option, path, "a result.json");
  if (file.size > resultSizeLimit) throw tooLarge(name, file.size);
  return readResult(await file.text(), name);
}

/**
 * Plain text files, packed with gzip or not; of a folder its .txt and .txt.gz files by name. Errors: bad-settings.
 */
export async function openTextPaths(option: string, paths: readonly string[]): Promise<readonly NamedFile[]> {
  const found: string[] = [];
  for (const path of paths) {
    const kind = await kindOf(path);
    if (kind === "missing") throw wrongUsage(`--${option}: there is no file or folder ${path}.`);
    if (kind === "other") throw wrongUsage(`--${option}: ${path} is a device; wanted is a text file.`);
    const names = kind === "folder" ? (await readdir(path)).filter((name) => /\.txt(\.gz)?$/i.test(name)).sort() : null;
    if (names?.length === 0) throw wrongUsage(`--${option}: there is no .txt or .txt.gz file in ${path}.`);
    found.push(...(names?.map((name) => join(path, name)) ?? [path]));
  }
  return await Promise.all(found.map(async (path) => ({ path: basename(path), file: await openFile(path) })));
}

/** Makes a folder to write into, with those above it. Errors: bad-settings, also where one may not write there. */
export async function makeFolder(option: string, path: string): Promise<void> {
  const kind = await kindOf(path);
  if (kind === "file" || kind === "other") throw wrongUsage(`--${option}: ${path} is a file; wanted is a folder.`);
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
  } catch (error) {
    throw unusable(path, error);
  }
}
