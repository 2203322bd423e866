import { openAsBlob } from "node:fs";
import { open, readFile, rename, rm, stat, writeFile, type FileHandle } from "node:fs/promises";
import { isMissing } from "../files.ts";
import { AppError } from "../../core/errors.ts";
import type { Draft } from "../../models/hub/store.ts";

/**
 * A file that is coming in: <content>.incomplete, as Python's huggingface_hub names it and goes on with it; the answer's
 * ETag lies beside it. Bytes are written at their place and not at the end, so that two programs that fetch the same file
 * write the same bytes twice and no more.
 *
 * folder: the cache, for messages. complete: called once the file lies at `content`; answers where it lies then.
 * Errors: no-space.
 */
export async function openHubDraft(content: string, folder: string, complete: () => Promise<string>): Promise<Draft> {
  const path = `${content}.incomplete`;
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
  const close = async (): Promise<void> => {
    const open = handle;
    handle = null;
    await open?.close();
    // An empty one says nothing, and would look like a broken download.
    if (open !== null && sizeBytes === 0) await rm(path, { force: true });
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
      await handle?.close();
      handle = null;
      return await storing(folder, async () => {
        // Another program may have been faster.
        await rename(path, content).catch(async (error: unknown) => {
          if (!isMissing(error) || !(await stat(content)).isFile()) throw error;
        });
        await rm(validatorPath, { force: true });
        return await openAsBlob(await complete());
      });
    },
    async discard() {
      await handle?.close();
      handle = null;
      await rm(path, { force: true });
      await rm(validatorPath, { force: true });
    },
    close,
  };
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
