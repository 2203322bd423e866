import { openAsBlob } from "node:fs";
import { mkdir, readdir, readFile, readlink, realpath, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { KeptFile, RepositoryName } from "../../contract/sources/hub.ts";
import { isCommit } from "../../models/hub/names.ts";
import type { DraftKey, FileKey, FileStore } from "../../models/hub/store.ts";
import { asideOf, isMissing } from "../files.ts";
import { isAsLong, openHubDraft, storing } from "./hub-draft.ts";

const contentForm = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * The Hugging Face cache folder, shared with Python's huggingface_hub: content under its hash in blobs/, links to it by
 * name in snapshots/<commit>/, commits of revisions in refs/. Where links are refused (Windows), the file itself moves
 * into the snapshot, as it does there.
 *
 * Source: huggingface_hub, "Understand caching".
 */
export function hubCache(folder: string): FileStore {
  const home = (name: RepositoryName): string => join(folder, `${name.kind}s--${name.id.replaceAll("/", "--")}`);
  const snapshot = (key: FileKey): string => join(home(key), "snapshots", key.commit, ...key.path.split("/"));
  const blob = (name: RepositoryName, hash: string): string => join(home(name), "blobs", hash);
  const reference = (name: RepositoryName, revision: string): string =>
    join(home(name), "refs", ...revision.split("/"));

  const list = async (of?: RepositoryName): Promise<readonly KeptFile[]> => {
    const names = of === undefined ? await repositories(folder) : [of];
    return (await Promise.all(names.map((name) => snapshotFiles(name, join(home(name), "snapshots"))))).flat();
  };

  return {
    async read(key) {
      return await storing(folder, async () => {
        const place = snapshot(key);
        const target = await realpath(place).catch(nullIfMissing);
        if (target !== null && (await stat(target)).isFile()) {
          const name = basename(target);
          if (key.hash === null || !contentForm.test(name) || name === key.hash) return await openAsBlob(target);
        }
        if (key.hash === null) return null;
        const content = blob(key, key.hash);
        if ((await stat(content).catch(nullIfMissing)) === null) return null;
        return await openAsBlob(await linked(content, place));
      });
    },
    async openDraft(key: DraftKey) {
      const content = blob(key, key.hash);
      return await storing(folder, async () => {
        await mkdir(dirname(content), { recursive: true });
        return await openHubDraft(content, folder, async () => await linked(content, snapshot(key)));
      });
    },
    list: async (of) => await storing(folder, async () => await list(of)),
    async remove(key) {
      await storing(folder, async () => {
        const place = snapshot(key);
        const hash = basename(await realpath(place).catch(() => "")) || key.hash;
        await rm(place, { force: true });
        if (hash === null || !contentForm.test(hash)) return;
        const content = blob(key, hash);
        const needed = (await list(key)).some((file) => file.hash === hash);
        if (!needed) await rm(content, { force: true });
        for (const ending of [".incomplete", ".incomplete.etag"]) await rm(`${content}${ending}`, { force: true });
      });
    },
    async commitOf(repository, revision) {
      const text = await storing(folder, async () =>
        readFile(reference(repository, revision), "utf8").catch(nullIfMissing),
      );
      const commit = text?.trim() ?? "";
      return isCommit(commit) ? commit : null;
    },
    async keepCommit(repository, revision, commit) {
      if (isCommit(revision)) return;
      await storing(folder, async () => {
        const place = reference(repository, revision);
        await mkdir(dirname(place), { recursive: true });
        const draft = asideOf(place);
        await writeFile(draft, commit);
        await rename(draft, place);
      });
    },
  };
}

/** Puts content under a name of its snapshot, in one move. Resolves with where the content lies then. */
async function linked(content: string, place: string): Promise<string> {
  await mkdir(dirname(place), { recursive: true });
  const target = relative(dirname(place), content);
  if ((await readlink(place).catch(() => null)) === target) return content;
  const draft = asideOf(content);
  try {
    await symlink(target, draft);
    await rename(draft, place);
    return content;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && (error.code === "EPERM" || error.code === "ENOTSUP")))
      throw error;
    // Another program may have been faster, and be reading it.
    if (await isAsLong(content, place)) await rm(content, { force: true });
    else await rename(content, place);
    return place;
  }
}

function nullIfMissing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}

async function repositories(folder: string): Promise<readonly RepositoryName[]> {
  const names = await readdir(folder).catch(nullIfMissing);
  return (names ?? []).flatMap((name): readonly RepositoryName[] => {
    const [kinds, ...parts] = name.split("--");
    const kind = kinds === "models" ? "model" : kinds === "datasets" ? "dataset" : null;
    return kind === null || parts.length === 0 ? [] : [{ kind, id: parts.join("/") }];
  });
}

async function snapshotFiles(name: RepositoryName, folder: string): Promise<readonly KeptFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(nullIfMissing);
  const found = await Promise.all(
    (entries ?? []).map(async (entry): Promise<KeptFile | null> => {
      const place = join(entry.parentPath, entry.name);
      const size = await stat(place).catch(nullIfMissing);
      if (size === null || !size.isFile()) return null;
      const target = entry.isSymbolicLink() ? basename(await readlink(place)) : "";
      const [commit = "", ...path] = relative(folder, place).split(/[\\/]/);
      const hash = contentForm.test(target) ? target : null;
      return { kind: name.kind, id: name.id, commit, path: path.join("/"), hash, sizeBytes: size.size, complete: true };
    }),
  );
  return found.filter((file) => file !== null);
}
