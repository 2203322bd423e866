import { openAsBlob } from "node:fs";
import { link, open, readFile, rename, rm, stat, writeFile, type FileHandle } from "node:fs/promises";
import { asideOf, isMissing } from "../files.ts";
import { takeLock } from "../lock.ts";
import { AppError } from "../../core/errors.ts";
import type { Draft } from "../../models/hub/store.ts";

/**
 * A file that is coming in: <content>.incomplete, as Python's huggingface_hub names it and goes on with it; the answer's
 * ETag lies beside it. Where another dps is writing that one, a file of this program's own, which is gone if it breaks off.
 *
 * folder: the cache, for messages. complete: called once the file lies at `content`; answers where it lies then.
 * Errors: no-space.
 */
export async function openHubDraft(content: string, folder: string, complete: () => Promise<string>): Promise<Draft> {
  const lock = await takeLock(`${content}.incomplete.lock`);
  const own = "release" in lock ? "" : asideOf("");
  const path = `${content}${own}.incomplete`;
  const validatorPath = `${path}.etag`;
  let validator = await readFile(validatorPath, "utf8").catch(() => null);
  let handle: FileHandle | null = await open(path, "r+").catch(async (error: unknown) => {
    if (isMissing(error)) return await open(path, "w+");
    throw error;
  });
  let sizeBytes = (await handle.stat()).size;

  const opened = (): FileHandle => {
    if (handle === null) throw new Error("The draft is closed.");
    return handle;
  };
  const letGo = async (): Promise<void> => {
    await handle?.close();
    handle = null;
    if ("release" in lock) await lock.release();
  };
  const drop = async (): Promise<void> => {
    await rm(path, { force: true });
    await rm(validatorPath, { force: true });
  };

  return {
    get sizeBytes() {
      return sizeBytes;
    },
    get validator() {
      return validator;
    },
    async begin(next) {
      await storing(folder, async () => {
        await opened().truncate(0);
        sizeBytes = 0;
        validator = next;
        if (next === null) await rm(validatorPath, { force: true });
        else await writeFile(validatorPath, next);
      });
    },
    async append(bytes) {
      await storing(folder, async () => {
        let at = 0;
        while (at < bytes.length) {
          at += (await opened().write(bytes, at, bytes.length - at, sizeBytes + at)).bytesWritten;
        }
        sizeBytes += bytes.length;
      });
    },
    content: async () => await storing(folder, async () => await openAsBlob(path)),
    async finish() {
      return await storing(folder, async () => {
        try {
          await handle?.close();
          handle = null;
          await putInPlace(path, content);
          await rm(validatorPath, { force: true });
          return await openAsBlob(await complete());
        } finally {
          await letGo();
        }
      });
    },
    async discard() {
      await drop();
      await letGo();
    },
    async close() {
      // An empty one says nothing, and would look like a broken download.
      if (handle !== null && (own !== "" || sizeBytes === 0)) await drop();
      await letGo();
    },
  };
}

/** Gives a whole file its name. What another program put there meanwhile stays: somebody may be reading it. */
async function putInPlace(path: string, content: string): Promise<void> {
  // Unlike a rename, a link takes nobody's place. Some file systems have none.
  const named = await link(path, content).then(
    () => true,
    () => false,
  );
  if (!named && !(await isAsLong(path, content))) return await rename(path, content);
  await rm(path, { force: true });
}

/** Whether there is another file of the same length. */
export async function isAsLong(path: string, other: string): Promise<boolean> {
  const found = await stat(other).catch(() => null);
  return found?.isFile() === true && found.size === (await stat(path)).size;
}

/** Runs what touches the folder. Errors: no-space, with what the system says. */
export async function storing<T>(folder: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof AppError || !(cause instanceof Error) || !("code" in cause)) throw cause;
    const full = cause.code === "ENOSPC" || cause.code === "EDQUOT";
    throw new AppError(
      "no-space",
      `Downloads cannot be kept in ${folder}: ${full ? "the disk is full" : cause.message}. Free some space, or set ` +
        "HF_HUB_CACHE to another folder. What was there before is as it was.",
      { cause },
    );
  }
}
