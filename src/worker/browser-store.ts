import type { KeptFile, RepositoryName } from "../contract/sources/hub.ts";
import { AppError, messageOf } from "../core/errors.ts";
import { memoryStore } from "../models/hub/memory-store.ts";
import type { Draft, DraftKey, FileKey, FileStore } from "../models/hub/store.ts";
import type { BrowserStore } from "./downloads.ts";
import type { TextFiles } from "./kept-kernels.ts";

/**
 * Opens the browser's private file system for downloads; where it is refused, memory.
 *
 * Not the Cache API: it takes a whole answer or none, so a broken transfer of 400 MB would begin anew.
 */
export async function openBrowserStore(): Promise<BrowserStore> {
  try {
    const root = await navigator.storage.getDirectory();
    const home = await root.getDirectoryHandle("hub", { create: true });
    const contents = await home.getDirectoryHandle("contents", { create: true });
    const keys = await home.getDirectoryHandle("keys", { create: true });
    // Some browsers give the folder in a private window and refuse the file.
    const probe = await (await home.getFileHandle("probe", { create: true })).createSyncAccessHandle();
    probe.close();
    return { store: new OriginStore(contents, keys), refusal: null };
  } catch (thrown) {
    return { store: memoryStore(), refusal: `This browser gives no storage here (${messageOf(thrown)})` };
  }
}

/** Small files in a folder of the same file system. */
export function browserFiles(folderName: string): TextFiles {
  const open = async (name: string, create: boolean): Promise<FileSystemFileHandle> => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(folderName, { create });
    return await folder.getFileHandle(name, { create });
  };
  return {
    async read(name) {
      const file = await (await open(name, false)).getFile();
      return await file.text();
    },
    async write(name, text) {
      const access = await (await open(name, true)).createSyncAccessHandle();
      try {
        access.truncate(0);
        writeAll(access, new TextEncoder().encode(text), 0);
      } finally {
        access.close();
      }
    },
  };
}

/**
 * Downloads in the origin private file system. `contents/<hash>` holds the bytes of a file, whatever it is called;
 * `contents/<hash>.part` lies beside it while it is not complete, and holds the ETag. `keys/<kind>/<id>/<commit>/
 * <path>@<hash>` is empty and says where the content belongs; `keys/<kind>/<id>/refs/<revision>` holds a commit.
 */
class OriginStore implements FileStore {
  readonly #contents: FileSystemDirectoryHandle;
  readonly #keys: FileSystemDirectoryHandle;

  constructor(contents: FileSystemDirectoryHandle, keys: FileSystemDirectoryHandle) {
    this.#contents = contents;
    this.#keys = keys;
  }

  async read(key: FileKey): Promise<Blob | null> {
    return await told(async () => {
      const hash = key.hash ?? (await this.#hashOf(key));
      const handle = hash === null ? null : await this.#complete(hash);
      if (hash === null || handle === null) return null;
      await this.#mark({ ...key, hash });
      return await handle.getFile();
    });
  }

  async openDraft(key: DraftKey): Promise<Draft> {
    return await told(async () => {
      await this.#mark(key);
      return await openDraft(this.#contents, key.hash, async () => {
        await this.#unmark(key);
        await this.#drop(key.hash);
      });
    });
  }

  async list(of?: RepositoryName): Promise<readonly KeptFile[]> {
    return await told(async () => {
      const kept: KeptFile[] = [];
      for await (const { kind, id, commits } of this.#repositories(of)) {
        for await (const [commit, folder] of commits.entries()) {
          if (commit === "refs" || !isFolder(folder)) continue;
          for await (const mark of folder.keys()) {
            const { path, hash } = readMark(mark);
            const handle = await found(this.#contents.getFileHandle(hash));
            if (handle === null) continue;
            const complete = (await found(this.#contents.getFileHandle(`${hash}.part`))) === null;
            const sizeBytes = (await handle.getFile()).size;
            if (complete || sizeBytes > 0) kept.push({ kind, id, commit, path, hash, sizeBytes, complete });
          }
        }
      }
      return kept;
    });
  }

  async remove(key: FileKey): Promise<void> {
    await told(async () => {
      const hash = key.hash ?? (await this.#hashOf(key));
      if (hash === null) return;
      await this.#unmark({ ...key, hash });
      if (!(await this.#isMarked(hash))) await this.#drop(hash);
    });
  }

  async commitOf(repository: RepositoryName, revision: string): Promise<string | null> {
    return await told(async () => {
      const refs = await found(this.#folder(repository, "refs", false));
      const handle = refs === null ? null : await found(refs.getFileHandle(encodeURIComponent(revision)));
      const commit = handle === null ? "" : await (await handle.getFile()).text();
      return /^[0-9a-f]{40}$/.test(commit) ? commit : null;
    });
  }

  async keepCommit(repository: RepositoryName, revision: string, commit: string): Promise<void> {
    await told(async () => {
      const refs = await this.#folder(repository, "refs", true);
      await overwrite(await refs.getFileHandle(encodeURIComponent(revision), { create: true }), commit);
    });
  }

  async #complete(hash: string): Promise<FileSystemFileHandle | null> {
    if ((await found(this.#contents.getFileHandle(`${hash}.part`))) !== null) return null;
    return await found(this.#contents.getFileHandle(hash));
  }

  /** The content of a path at a commit, from its mark. */
  async #hashOf(key: FileKey): Promise<string | null> {
    const folder = await found(this.#folder(key, key.commit, false));
    if (folder === null) return null;
    for await (const mark of folder.keys()) {
      const { path, hash } = readMark(mark);
      if (path === key.path && (await this.#complete(hash)) !== null) return hash;
    }
    return null;
  }

  async #mark(key: DraftKey): Promise<void> {
    const folder = await this.#folder(key, key.commit, true);
    await folder.getFileHandle(writeMark(key), { create: true });
  }

  async #unmark(key: DraftKey): Promise<void> {
    const folder = await found(this.#folder(key, key.commit, false));
    await gone(folder?.removeEntry(writeMark(key)));
  }

  /** Whatever stops this in between, what is left is never half a file that counts as whole. */
  async #drop(hash: string): Promise<void> {
    await this.#contents.getFileHandle(`${hash}.part`, { create: true });
    await gone(this.#contents.removeEntry(hash));
    await gone(this.#contents.removeEntry(`${hash}.part`));
  }

  async #isMarked(hash: string): Promise<boolean> {
    for await (const { commits } of this.#repositories()) {
      for await (const [name, folder] of commits.entries()) {
        if (name === "refs" || !isFolder(folder)) continue;
        for await (const mark of folder.keys()) if (readMark(mark).hash === hash) return true;
      }
    }
    return false;
  }

  async #folder({ kind, id }: RepositoryName, name: string, create: boolean): Promise<FileSystemDirectoryHandle> {
    const ofKind = await this.#keys.getDirectoryHandle(kind, { create });
    const ofId = await ofKind.getDirectoryHandle(encodeURIComponent(id), { create });
    return await ofId.getDirectoryHandle(name, { create });
  }

  async *#repositories(
    of?: RepositoryName,
  ): AsyncGenerator<RepositoryName & { readonly commits: FileSystemDirectoryHandle }> {
    for (const kind of ["model", "dataset"] as const) {
      if (of !== undefined && of.kind !== kind) continue;
      const ofKind = await found(this.#keys.getDirectoryHandle(kind));
      if (ofKind === null) continue;
      for await (const [name, commits] of ofKind.entries()) {
        const id = decodeURIComponent(name);
        if (isFolder(commits) && (of === undefined || of.id === id)) yield { kind, id, commits };
      }
    }
  }
}

/**
 * A file that is coming in; its bytes go straight to their place, and the .part beside it says that more are to come.
 * `forget`: takes away all that there is of it.
 */
async function openDraft(
  contents: FileSystemDirectoryHandle,
  hash: string,
  forget: () => Promise<void>,
): Promise<Draft> {
  const partName = `${hash}.part`;
  const begun = (await found(contents.getFileHandle(partName))) !== null;
  const part = await contents.getFileHandle(partName, { create: true });
  const file = await contents.getFileHandle(hash, { create: true });
  /** Held while bytes come: a second page cannot write the same file. */
  let access: FileSystemSyncAccessHandle | null = null;
  const hold = async (): Promise<FileSystemSyncAccessHandle> => (access ??= await file.createSyncAccessHandle());
  const close = (): Promise<void> => {
    access?.flush();
    access?.close();
    access = null;
    return Promise.resolve();
  };
  const held = await hold();
  let validator = begun ? (await (await part.getFile()).text()) || null : null;
  if (!begun) held.truncate(0);
  let sizeBytes = held.getSize();

  return {
    get sizeBytes() {
      return sizeBytes;
    },
    get validator() {
      return validator;
    },
    begin: (next) =>
      told(async () => {
        (await hold()).truncate(0);
        sizeBytes = 0;
        validator = next;
        await overwrite(part, next ?? "");
      }),
    append: (bytes) =>
      told(async () => {
        const target = await hold();
        writeAll(target, bytes, sizeBytes);
        sizeBytes += bytes.length;
      }),
    content: () =>
      told(async () => {
        await close();
        return await file.getFile();
      }),
    finish: () =>
      told(async () => {
        await close();
        await contents.removeEntry(partName);
        return await file.getFile();
      }),
    discard: () =>
      told(async () => {
        await close();
        await forget();
      }),
    close,
  };
}

/** "<path>@<hash>"; an encoded path has no @. */
function writeMark({ path, hash }: DraftKey): string {
  return `${encodeURIComponent(path)}@${hash}`;
}

function readMark(mark: string): { readonly path: string; readonly hash: string } {
  const at = mark.lastIndexOf("@");
  return { path: decodeURIComponent(mark.slice(0, at)), hash: mark.slice(at + 1) };
}

function isFolder(handle: FileSystemHandle): handle is FileSystemDirectoryHandle {
  return handle.kind === "directory";
}

/** Writes all bytes, or leaves the file as long as it was before `at`. Errors: QuotaExceededError. */
function writeAll(access: FileSystemSyncAccessHandle, bytes: Uint8Array<ArrayBuffer>, at: number): void {
  // At the quota a browser may answer with a negative number, wrapped around to a large one.
  if (access.write(bytes, { at }) === bytes.length) return;
  access.truncate(at);
  throw new DOMException("Not all bytes could be written.", "QuotaExceededError");
}

async function overwrite(handle: FileSystemFileHandle, text: string): Promise<void> {
  const access = await handle.createSyncAccessHandle();
  try {
    access.truncate(0);
    writeAll(access, new TextEncoder().encode(text), 0);
    access.flush();
  } finally {
    access.close();
  }
}

/** null where there is no such file or folder. */
async function found<T>(handle: Promise<T>): Promise<T | null> {
  try {
    return await handle;
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === "NotFoundError") return null;
    throw thrown;
  }
}

/** Waits for a removal; that there was nothing is as good. */
async function gone(removal: Promise<void> | undefined): Promise<void> {
  if (removal !== undefined) await found(removal);
}

/** Puts the browser's refusals in words. Errors: no-space. */
async function told<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (!(cause instanceof DOMException)) throw cause;
    if (cause.name === "QuotaExceededError") {
      const advice = "Delete something in Downloads, or free space on the disk, and try again; what came is kept.";
      throw new AppError("no-space", `The browser's storage is full. ${advice}`, { cause });
    }
    if (cause.name === "NoModificationAllowedError" || cause.name === "InvalidStateError") {
      const found = "Another tab of this page is writing or reading the same file.";
      throw new AppError("no-space", `${found} Close that tab, or wait until it is done, and try again.`, { cause });
    }
    throw new AppError("no-space", `The browser's storage refused (${cause.name}: ${cause.message}).`, { cause });
  }
}
