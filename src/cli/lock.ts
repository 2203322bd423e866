import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { isObject, type JsonObject } from "../core/json.ts";
import { isMissing } from "./files.ts";

/** Who has a place. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
}

/** What came of asking for a place: the way to give it back, or who has it. */
export type Taken = { readonly release: () => Promise<void> } | { readonly holder: Holder | null };

const self: Holder = { pid: process.pid, host: hostname() };

/** Paths of locks that this program holds, or is about to. */
const held = new Set<string>();

/** A lock that is empty is being written, or was cut off while it was. */
const namelessMs = 5000;

/**
 * Takes a place for this program by a file that names it. One that a program of this computer left which is no longer
 * running is taken over; of another computer nobody here can tell whether it runs. Errors: those of the file system.
 */
export async function takeLock(path: string): Promise<Taken> {
  if (held.has(path)) return { holder: self };
  held.add(path);
  try {
    const holder = await tryLock(path);
    if (holder === self) return { release: async () => await release(path) };
    held.delete(path);
    return { holder };
  } catch (error) {
    held.delete(path);
    throw error;
  }
}

/** Resolves with who has it then; null: somebody who has not said so yet. */
async function tryLock(path: string): Promise<Holder | null> {
  for (;;) {
    try {
      await writeFile(path, `${JSON.stringify(self)}\n`, { flag: "wx" });
      return self;
    } catch (error) {
      if (!isThere(error)) throw error;
    }
    const text = await readFile(path, "utf8").catch(nullIfMissing);
    if (text === null) continue;
    const holder = holderIn(text);
    if (!(await isStale(path, text, holder))) return holder;
    await breakLock(path, text);
  }
}

async function release(path: string): Promise<void> {
  held.delete(path);
  await rm(path, { force: true });
}

/** Takes away a lock that was left. One program at a time does, so that nobody takes away what came in its place. */
async function breakLock(path: string, text: string): Promise<void> {
  const guard = `${path}.breaking`;
  try {
    await writeFile(guard, "", { flag: "wx" });
  } catch (error) {
    if (!isThere(error)) throw error;
    if (await isOld(guard)) await rm(guard, { force: true });
    await new Promise((resolve) => setTimeout(resolve, 10));
    return;
  }
  if ((await readFile(path, "utf8").catch(nullIfMissing)) === text) await rm(path, { force: true });
  await rm(guard, { force: true });
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(nullIfMissing);
  return found !== null && Date.now() - found.mtimeMs > namelessMs;
}

function isThere(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}

async function isStale(path: string, text: string, holder: Holder | null): Promise<boolean> {
  // What holds something else is somebody's own file, of which the name says nothing.
  if (holder === null) return text === "" && (await isOld(path));
  if (holder.host !== self.host) return false;
  // The number of a program comes round again: this one does not hold it.
  return holder.pid === process.pid || !isRunning(holder.pid);
}

/** Asks the system with the signal that does nothing. A program of somebody else's runs as well. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function holderIn(text: string): Holder | null {
  const { pid, host } = objectIn(text);
  return typeof pid === "number" && pid > 0 && typeof host === "string" ? { pid, host } : null;
}

function objectIn(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function nullIfMissing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}
