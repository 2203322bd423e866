import { mkdir, open, realpath, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { AppError, messageOf } from "../core/errors.ts";
import { isMissing, kindOf, makeFolder } from "./files.ts";
import { takeLock } from "./lock.ts";
import { wrongUsage } from "./options.ts";

/** Checks, before hours of work, that a file can be written there, by writing beside it. Errors: bad-settings, no-space. */
export async function checkOutputPath(option: string, path: string): Promise<void> {
  const place = await openPlace(option, path);
  if (place !== null) await tryWriting(option, path, place);
}

/**
 * Works on what --output names while nobody else does: a second program would write over what the first has written, and
 * over its draft. That it can be written is checked before. `path`: of the file, or one in the folder. Errors: as
 * checkOutputPath(); no-access, saying who has it; those of the work.
 */
export async function holdingOutput<T>(option: string, path: string, work: () => Promise<T>): Promise<T> {
  const place = await openPlace(option, path);
  if (place === null) return await work();
  const lockPath = `${place}.lock`;
  const lock = await takeLock(lockPath).catch((error: unknown) => {
    throw notThere(option, path, error);
  });
  if ("holder" in lock) {
    const who = lock.holder === null ? "" : ` (process ${lock.holder.pid} on ${lock.holder.host})`;
    const advice = `Wait until it has ended, or give another place. If it runs no more, delete ${lockPath}.`;
    throw new AppError("no-access", `--${option}: another dps is writing ${path}${who}. ${advice}`);
  }
  try {
    await tryWriting(option, path, place);
    return await work();
  } finally {
    await lock.release();
  }
}

/** Where a file is to lie, in a folder that is made where it is not there; null for a device or a pipe. */
async function openPlace(option: string, path: string): Promise<string | null> {
  const kind = await kindOf(path);
  if (kind === "folder") throw wrongUsage(`--${option}: ${path} is a folder; wanted is a file name.`);
  if (kind === "other") return null;
  await makeFolder(option, dirname(resolve(path)));
  return await placeOf(path);
}

async function tryWriting(option: string, path: string, place: string): Promise<void> {
  try {
    // One that may not be written to is not to be replaced either.
    if ((await kindOf(place)) === "file") await (await open(place, "r+")).close();
    await writeDraft(place, (draft) => draft.writeFile("A file that dps is about to write.\n"));
    await rm(draftOf(place));
  } catch (error) {
    throw notThere(option, path, error);
  }
}

/**
 * Writes a file in one move: an older one is whole until the new one is, whenever the program or the power goes. A device
 * or a pipe is written to as it is. Errors: no-space, no-access; the older file is then as it was.
 */
export async function writeOutput(path: string, data: string | Uint8Array): Promise<void> {
  await writeOutputBy(path, (file) => file.writeFile(data));
}

/** As writeOutput, of what comes bit by bit. Errors: those of `write` as well; the older file is then as it was. */
export async function writeOutputBy<T>(path: string, write: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    if ((await kindOf(path)) === "other") return await closing(await open(path, "w"), write);
    const place = await placeOf(path);
    const written = await writeDraft(place, write);
    await rename(draftOf(place), place);
    return written;
  } catch (error) {
    if (isFull(error)) throw noSpace(path, error);
    if (!isOfSystem(error)) throw error;
    throw new AppError("no-access", `${path} cannot be written: ${messageOf(error)}.`, { cause: error });
  }
}

/** Writes files into a folder, which is made where it is not there; each in one move. Errors: as writeOutput(). */
export async function writeFiles(
  folder: string,
  files: AsyncIterable<{ readonly name: string; readonly file: Blob }>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for await (const { name, file } of files) await writeOutput(join(folder, name), await bytesOf(file));
}

/** All of a file, as writeFile takes it. */
export async function bytesOf(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

/** Leaves no draft behind that is not whole. */
async function writeDraft<T>(place: string, write: (file: FileHandle) => Promise<T>): Promise<T> {
  const draft = draftOf(place);
  try {
    return await closing(await open(draft, "w"), async (file) => {
      const written = await write(file);
      await file.sync();
      return written;
    });
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function closing<T>(file: FileHandle, write: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    return await write(file);
  } finally {
    await file.close();
  }
}

function draftOf(place: string): string {
  return `${place}.part`;
}

/** Where a path leads: a link stays a link. */
async function placeOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isMissing(error)) return path;
    throw error;
  }
}

function isOfSystem(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

/** A disk, a quota, or the largest file of a file system. */
function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && ["ENOSPC", "EDQUOT", "EFBIG"].includes(String(error.code));
}

/** The refusal of a place where nothing can be written. */
function notThere(option: string, path: string, cause: unknown): AppError {
  if (isFull(cause)) return noSpace(path, cause);
  return wrongUsage(`--${option}: ${path} cannot be written: ${messageOf(cause)}. Give another place.`);
}

function noSpace(path: string, cause: unknown): AppError {
  const message = `There is no room for ${path}: the disk, or your share of it, is full. Make room there, or give another place.`;
  return new AppError("no-space", message, { cause });
}
