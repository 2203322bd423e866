import type { DownloadProgress, RepositoryName } from "../contract/sources/hub.ts";
import type { StorageRecord } from "../contract/sources/storage.ts";
import { AppError } from "../core/errors.ts";
import { openHubModel } from "../models/hub/model.ts";
import { openRepository, type HubMeans } from "../models/hub/repository.ts";
import type { FileStore } from "../models/hub/store.ts";
import { modelOf } from "../nn/families/index.ts";
import { HubUses } from "./hub-uses.ts";
import type { Downloaded, DownloadRequest, DroppedFile } from "./api.ts";

/** Where downloads are kept, and why not for good; null where they are. */
export interface BrowserStore {
  readonly store: FileStore;
  readonly refusal: string | null;
}

/** undefined where the browser refuses to answer, or does not know the question. */
async function answerOf<T>(ask: () => Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await ask();
  } catch {
    return undefined;
  }
}

/** What goes along with an export, long after another model was loaded and this one's download deleted. */
async function inMemory(file: DroppedFile): Promise<DroppedFile> {
  if (/\.(safetensors|bin)$/.test(file.path)) return file;
  return { ...file, file: new Blob([await file.file.arrayBuffer()]) };
}

/** A page without a secure context has none, and a test in Node none either. */
function browserLocks(): LockManager | undefined {
  return globalThis.navigator?.locks;
}

/** A table of more bytes than that would not fit the page's memory. */
const maxTableBytes = 512 * 2 ** 20;

/** The worker's downloads: one at a time, and what is kept of them. */
export class Downloads {
  readonly #open: () => Promise<BrowserStore>;
  #opened: Promise<BrowserStore> | null = null;
  #current: AbortController | null = null;

  /** Of what is loaded. */
  readonly uses: HubUses;

  /** `open`: called once, when something is first asked for. */
  constructor(open: () => Promise<BrowserStore>, locks = browserLocks()) {
    this.#open = open;
    this.uses = new HubUses(locks);
  }

  async model(request: DownloadRequest, onProgress: (progress: DownloadProgress) => void): Promise<Downloaded> {
    return await this.#run(request, onProgress, async (means) => {
      const model = await openHubModel(request, means, modelOf);
      return { ...model, files: await Promise.all(model.files.map(inMemory)) };
    });
  }

  async data(
    request: DownloadRequest,
    paths: readonly string[],
    onProgress: (progress: DownloadProgress) => void,
  ): Promise<Downloaded> {
    return await this.#run(request, onProgress, async (means) => {
      const repository = await openRepository("dataset", request, means);
      const files: DroppedFile[] = [];
      const wanted = paths.map((path) => ({ path, maxBytes: maxTableBytes }));
      for await (const file of repository.fetch(wanted)) files.push(file);
      const { id, revision, commit, offline } = repository;
      return { files, source: { kind: "hub", id, revision, commit }, offline };
    });
  }

  cancel(): void {
    this.#current?.abort();
  }

  async storage(): Promise<StorageRecord> {
    const { store, refusal } = await this.#store();
    // A page without a secure context has no storage manager, and a test in Node none either.
    const manager: StorageManager | undefined = globalThis.navigator?.storage;
    // A browser may have a manager and refuse to answer: what is kept is listed all the same.
    const [room, persistent] = await Promise.all([
      answerOf<StorageEstimate>(() => manager?.estimate()),
      answerOf(() => manager?.persisted()),
    ]);
    return {
      files: await store.list(),
      usageBytes: room?.usage ?? null,
      quotaBytes: room?.quota ?? null,
      persistent: persistent ?? false,
      refusal,
    };
  }

  /** Errors: bad-settings while a download is going on, and once all is freed but what is in use. */
  async remove(of: (RepositoryName & { readonly commit: string }) | null): Promise<StorageRecord> {
    if (this.#current !== null) {
      throw new AppError("bad-settings", "A download is going on; wait for it or cancel it before you free anything.");
    }
    const { store } = await this.#store();
    const files = (await store.list(of ?? undefined)).filter(({ commit }) => of === null || commit === of.commit);
    const used: string[] = [];
    for (const one of new Map(files.map((file) => [`${file.kind} ${file.id} ${file.commit}`, file])).values()) {
      const { kind, id, commit } = one;
      const its = files.filter((file) => file.kind === kind && file.id === id && file.commit === commit);
      const freed = await this.uses.unlessUsed(one, async () => {
        for (const file of its) await store.remove(file);
      });
      if (!freed) used.push(id);
    }
    if (used.length === 0) return await this.storage();
    const advice = "Load another one there, or close that tab, and try again.";
    throw new AppError("bad-settings", `${used.join(", ")}: in use in this or another tab, so not deleted. ${advice}`);
  }

  async #run(
    { keptOnly }: DownloadRequest,
    onProgress: (progress: DownloadProgress) => void,
    download: (means: HubMeans) => Promise<Downloaded>,
  ): Promise<Downloaded> {
    if (this.#current !== null) {
      throw new AppError("bad-settings", "Another download is going on; wait for it, or cancel it.");
    }
    const current = new AbortController();
    this.#current = current;
    try {
      const { store } = await this.#store();
      const fetch: HubMeans["fetch"] = (url, init) => globalThis.fetch(url, init);
      return await download({ store, fetch, signal: current.signal, onProgress, offline: keptOnly });
    } finally {
      this.#current = null;
    }
  }

  #store(): Promise<BrowserStore> {
    this.#opened ??= this.#open();
    return this.#opened;
  }
}
