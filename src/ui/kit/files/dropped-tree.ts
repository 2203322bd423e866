import { AppError, messageOf } from "../../../core/errors.ts";
import type { DroppedFile } from "../../../worker/api.ts";

/** A folder with more files than this is no model. */
const mostFiles = 200;

/**
 * All files of a drop, those in folders with their path. To be called while the event lasts. Errors: bad-settings, for a
 * folder of very many files, or one that the browser cannot read.
 */
export async function droppedTree({ items, files }: DataTransfer): Promise<readonly DroppedFile[]> {
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  // A browser that gives no entries gives files alone.
  if (entries.length === 0) return [...files].map((file) => ({ path: file.name, file }));
  const found: DroppedFile[] = [];
  for (const entry of entries) await collect(entry, found);
  return found;
}

async function collect(entry: FileSystemEntry, found: DroppedFile[]): Promise<void> {
  if (isFile(entry)) {
    if (found.length === mostFiles) {
      throw new AppError(
        "bad-settings",
        `More than ${mostFiles} files were dropped: drop the model's own folder, or only the files that are meant.`,
      );
    }
    const file = await reading<File>(entry, (resolve, reject) => entry.file(resolve, reject));
    found.push({ path: entry.fullPath.replace(/^\/+/, ""), file });
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    // A reader gives a hundred at a time, and none at its end.
    for (;;) {
      const some = await reading<FileSystemEntry[]>(entry, (resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0) return;
      for (const one of some) await collect(one, found);
    }
  }
}

/** What a browser gives by callbacks, with its refusal in words. */
async function reading<T>(
  { name }: FileSystemEntry,
  start: (resolve: (value: T) => void, reject: (reason: unknown) => void) => void,
): Promise<T> {
  try {
    return await new Promise<T>(start);
  } catch (thrown) {
    throw new AppError(
      "bad-settings",
      `${name} cannot be read (${messageOf(thrown)}): see that it is still there and may be read, and drop it again.`,
      { cause: thrown },
    );
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
