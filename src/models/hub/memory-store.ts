import type { KeptFile, RepositoryName } from "../../contract/sources/hub.ts";
import type { Draft, DraftKey, FileKey, FileStore } from "./store.ts";

interface Partial {
  readonly key: DraftKey;
  parts: Uint8Array<ArrayBuffer>[];
  sizeBytes: number;
  validator: string | null;
}

/** Keeps downloads as long as the page is open: where the browser refuses its storage, and for tests. */
export function memoryStore(): FileStore {
  const files = new Map<string, { readonly key: FileKey; readonly file: Blob }>();
  const drafts = new Map<string, Partial>();
  const commits = new Map<string, string>();

  const sameContent = (key: FileKey): Blob | null => {
    if (key.hash === null) return null;
    const twin = [...files.values()].find((kept) => kept.key.kind === key.kind && kept.key.hash === key.hash);
    return twin?.file ?? null;
  };

  return {
    read(key) {
      const kept = files.get(placeOf(key));
      const fits = kept !== undefined && (key.hash === null || kept.key.hash === key.hash);
      const file = fits ? kept.file : sameContent(key);
      if (file !== null && !fits) files.set(placeOf(key), { key, file });
      return Promise.resolve(file);
    },
    openDraft(key) {
      const partial = drafts.get(placeOf(key)) ?? { key, parts: [], sizeBytes: 0, validator: null };
      drafts.set(placeOf(key), partial);
      return Promise.resolve(
        draftOf(
          partial,
          () => drafts.delete(placeOf(key)),
          (file) => files.set(placeOf(key), { key, file }),
        ),
      );
    },
    list(of) {
      const complete = [...files.values()].map(({ key, file }) => keptFile(key, file.size, true));
      const begun = [...drafts.values()].map(({ key, sizeBytes }) => keptFile(key, sizeBytes, false));
      const wanted = (one: KeptFile): boolean => of === undefined || (one.kind === of.kind && one.id === of.id);
      return Promise.resolve([...complete, ...begun.filter(({ sizeBytes }) => sizeBytes > 0)].filter(wanted));
    },
    remove(key) {
      files.delete(placeOf(key));
      drafts.delete(placeOf(key));
      return Promise.resolve();
    },
    commitOf: (repository, revision) => Promise.resolve(commits.get(revisionPlace(repository, revision)) ?? null),
    keepCommit(repository, revision, commit) {
      commits.set(revisionPlace(repository, revision), commit);
      return Promise.resolve();
    },
  };
}

function placeOf({ kind, id, commit, path }: FileKey): string {
  return `${kind}/${id}/${commit}/${path}`;
}

function revisionPlace({ kind, id }: RepositoryName, revision: string): string {
  return `${kind}/${id}/${revision}`;
}

function keptFile({ kind, id, commit, path, hash }: FileKey, sizeBytes: number, complete: boolean): KeptFile {
  return { kind, id, commit, path, hash, sizeBytes, complete };
}

function draftOf(partial: Partial, forget: () => void, keep: (file: Blob) => void): Draft {
  return {
    get sizeBytes() {
      return partial.sizeBytes;
    },
    get validator() {
      return partial.validator;
    },
    begin(validator) {
      Object.assign(partial, { parts: [], sizeBytes: 0, validator });
      return Promise.resolve();
    },
    append(bytes) {
      partial.parts.push(bytes);
      partial.sizeBytes += bytes.length;
      return Promise.resolve();
    },
    content: () => Promise.resolve(new Blob(partial.parts)),
    finish() {
      const file = new Blob(partial.parts);
      keep(file);
      forget();
      return Promise.resolve(file);
    },
    discard() {
      forget();
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
