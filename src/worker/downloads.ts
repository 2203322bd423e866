import type { DownloadProgress, RepositoryName } from "../contract/sources/hub.ts";
import type { StorageRecord } from "../contract/sources/storage.ts";
import { AppError } from "../core/errors.ts";
import { openHubModel } from "../models/hub/model.ts";
import { openRepository, type HubMeans } from "../models/hub/repository.ts";
import type { FileStore } from "../models/hub/store.ts";
import { modelOf } from "../nn/families/index.ts";
import type { Downloaded, DownloadRequest, DroppedFile } from "./api.ts";

/** Where downloads are kept, and why not for good; null where they are. */
export interface BrowserStore {
  readonly store: FileStore;
  readonly refusal: string | null;
}

/** A table of more bytes than that would not fit the page's memory. */
const maxTableBytes = 512 * 2 ** 20;

/** The worker's downloads: one at a time, and what is kept of them. */
export class Downloads {
  readonly #open: () => Promise<BrowserStore>;
  #opened: Promise<BrowserStore> | null = null;
  #current: AbortController | null = null;

  /** `open`: called once, when something is first asked for. */
  constructor(open: () => Promise<BrowserStore>) {
    this.#open = open;
  }

  async model(request: DownloadRequest, onProgress: (progress: DownloadProgress) => void): Promise<Downloaded> {
    return await this.#run(request, onProgress, (means) => openHubModel(request, means, modelOf));
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
      manager?.estimate().catch(() => undefined),
      manager?.persisted().catch(() => false),
    ]);
    return {
      files: await store.list(),
      usageBytes: room?.usage ?? null,
      quotaBytes: room?.quota ?? null,
      persistent: persistent ?? false,
      refusal,
    };
  }

  /** Errors: bad-settings while a download is going on. */
  async remove(of: (RepositoryName & { readonly commit: string }) | null): Promise<StorageRecord> {
    if (this.#current !== null) {
      throw new AppError("bad-settings", "A download is going on; wait for it or cancel it before you free anything.");
    }
    const { store } = await this.#store();
    for (const file of await store.list(of ?? undefined)) {
      if (of === null || file.commit === of.commit) await store.remove(file);
    }
    return await this.storage();
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
