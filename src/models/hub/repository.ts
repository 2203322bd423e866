import type { FolderFile } from "../folder.ts";
import type { DownloadProgress, HubRequest, RepositoryKind, RepositoryName } from "../../contract/sources/hub.ts";
import { AppError } from "../../core/errors.ts";
import { ask, givenUp, isHitch, Silence, upperFirst, usualPatience, waitBefore } from "./exchange.ts";
import type { Exchange, Fetch, Hitch, Patience } from "./exchange.ts";
import { maxListingBytes, readListing, type ListedFile, type Listing } from "./listing.ts";
import { Meter } from "./meter.ts";
import { checkedHub, checkedId, checkedRevision, describeRepository, fileUrl, isCommit, listingUrl } from "./names.ts";
import type { FileKey, FileStore } from "./store.ts";
import { isIntact, transfer } from "./file-transfer.ts";

/** What a download is made with. */
export interface HubMeans {
  readonly store: FileStore;
  /** Of the browser or of Node; whatever must go along (a token) is its business. */
  readonly fetch: Fetch;
  /** Cancels at once; what came is kept. */
  readonly signal: AbortSignal;
  /** At most ten times a second, and at every change of phase. */
  readonly onProgress: (progress: DownloadProgress) => void;
  /** Takes what is kept and asks no Hub. */
  readonly offline?: boolean;
  /** How long the Hub is waited for; usualPatience where it is not given. */
  readonly patience?: Patience;
}

/** A file of a repository; size and hash are null where no Hub could be asked. */
interface RepositoryFile {
  readonly path: string;
  readonly sizeBytes: number | null;
  readonly hash: string | null;
}

/** A file that is wanted, and the most bytes it may reasonably have. */
export interface WantedFile {
  readonly path: string;
  readonly maxBytes: number;
}

/** A model or data set at one commit. */
export interface HubRepository extends RepositoryName {
  readonly revision: string;
  readonly commit: string;
  /** Why the Hub was not asked and what is kept is used, as a sentence; null where it was asked. */
  readonly offline: string | null;
  /** All files of the commit; offline those that are kept. */
  readonly files: readonly RepositoryFile[];
  /**
   * Hands over files in the order given, from what is kept or else from the Hub. Progress counts all of them; a consumer
   * that stops in between costs no further bytes.
   *
   * Errors: not-found, no-access, unreachable, bad-download, no-space, too-large, stopped.
   */
  fetch(wanted: readonly WantedFile[]): AsyncGenerator<FolderFile, void>;
}

/**
 * Asks a Hub what a revision of a repository is, and remembers it: the next time it may be used offline.
 *
 * Where the Hub cannot be reached, the commit that the revision last stood for is taken, if files of it are kept.
 * Errors: bad-settings for id, revision or address; not-found, no-access, unreachable, bad-download, stopped.
 */
export async function openRepository(
  kind: RepositoryKind,
  request: HubRequest,
  means: HubMeans,
): Promise<HubRepository> {
  const hub = checkedHub(request.hub);
  const name: RepositoryName = { kind, id: checkedId(request.id) };
  const revision = checkedRevision(request.revision);
  const patience = means.patience ?? usualPatience;
  const { fetch, signal } = means;
  const exchange: Exchange = { fetch, signal, patience, hub, subject: describeRepository(name) };
  const meter = new Meter(means.onProgress);
  const kept = await keptCommit(name, revision, means.store);
  const opened = { name, revision, hub, exchange, meter, store: means.store };
  if (means.offline === true) {
    if (kept !== null) return offlineRepository(opened, kept, "The Hub was not asked, as was wished.");
    throw new AppError(
      "unreachable",
      `Nothing is kept of ${exchange.subject} at ${revision}, and no Hub is to be asked.`,
    );
  }
  meter.enter("asking", null);
  const answer = await askListing(exchange, listingUrl(hub, name, revision), meter, kept === null);
  if (isHitch(answer)) {
    if (kept === null) throw givenUp(answer, exchange, patience.attempts);
    return offlineRepository(opened, kept, `${upperFirst(answer.reason)}.`);
  }
  const listing = readListing(answer.text, hub, name);
  await means.store.keepCommit(name, revision, listing.commit);
  return onlineRepository(opened, listing);
}

interface Opened {
  readonly name: RepositoryName;
  readonly revision: string;
  readonly hub: string;
  readonly exchange: Exchange;
  readonly meter: Meter;
  readonly store: FileStore;
}

/** What is kept of a commit. */
interface KeptCommit {
  readonly commit: string;
  readonly files: readonly RepositoryFile[];
}

async function keptCommit(name: RepositoryName, revision: string, store: FileStore): Promise<KeptCommit | null> {
  const commit = isCommit(revision) ? revision : await store.commitOf(name, revision);
  if (commit === null) return null;
  const files = (await store.list(name)).filter((file) => file.commit === commit && file.complete);
  return files.length === 0 ? null : { commit, files };
}

/** The Hub's answer, or the hitch that did not pass. `patient`: nothing is kept, so it is worth asking often. */
async function askListing(
  exchange: Exchange,
  url: string,
  meter: Meter,
  patient: boolean,
): Promise<{ readonly text: string } | Hitch> {
  const attempts = patient ? exchange.patience.attempts : Math.min(2, exchange.patience.attempts);
  for (let attempt = 1; ; attempt++) {
    const answer = await listingText(exchange, url);
    if (!isHitch(answer) || attempt >= attempts) return answer;
    meter.enter("waiting", null, `${upperFirst(answer.reason)}. Trying again.`);
    await waitBefore(attempt + 1, answer, exchange);
  }
}

async function listingText(exchange: Exchange, url: string): Promise<{ readonly text: string } | Hitch> {
  const silence = new Silence(exchange.signal, exchange.patience.silenceMs);
  try {
    const response = await ask(exchange, url, { Accept: "application/json" }, silence);
    return isHitch(response) ? response : await boundedText(response, exchange, silence);
  } finally {
    silence.end();
  }
}

async function boundedText(
  response: Response,
  { signal, hub }: Exchange,
  silence: Silence,
): Promise<{ readonly text: string } | Hitch> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  const texts: string[] = [];
  let sizeBytes = 0;
  try {
    for (;;) {
      const part = await reader?.read();
      if (part?.value === undefined) break;
      silence.heard();
      sizeBytes += part.value.length;
      if (sizeBytes > maxListingBytes) throw new AppError("too-large", `${hub} lists files without end.`);
      texts.push(decoder.decode(part.value, { stream: true }));
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    if (signal.aborted) throw new AppError("stopped", "The download was cancelled.");
    return { reason: `the answer of ${hub} broke off`, waitMs: null };
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
  return { text: texts.join("") + decoder.decode() };
}

function offlineRepository(opened: Opened, { commit, files }: KeptCommit, reason: string): HubRepository {
  const { name, revision, store, exchange } = opened;
  return {
    ...name,
    revision,
    commit,
    offline: reason,
    files,
    async *fetch(wanted) {
      for (const { path } of wanted) {
        const file = await store.read({ ...name, commit, path, hash: null });
        if (file === null) {
          const found = `${path} of ${exchange.subject} is not kept here, and the Hub cannot be asked`;
          throw new AppError("unreachable", `${found}. ${reason}`);
        }
        yield { path, file };
      }
    },
  };
}

function onlineRepository(opened: Opened, { commit, files }: Listing): HubRepository {
  const { name, revision, meter, hub, exchange } = opened;
  return {
    ...name,
    revision,
    commit,
    offline: null,
    files,
    async *fetch(wanted) {
      const planned = wanted.map((one) => checkWanted(one, files, hub, exchange));
      meter.expect(planned.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
      for (const file of planned) {
        yield { path: file.path, file: await keptOrFetched(opened, commit, file) };
        meter.settle(file.sizeBytes);
      }
    },
  };
}

/** Errors: not-found, too-large. */
function checkWanted(
  { path, maxBytes }: WantedFile,
  files: readonly ListedFile[],
  hub: string,
  { subject }: Exchange,
): ListedFile {
  const file = files.find((listed) => listed.path === path);
  if (file === undefined) throw new AppError("not-found", `${hub} lists no ${path} in ${subject}.`);
  if (file.sizeBytes <= maxBytes) return file;
  throw new AppError(
    "too-large",
    `${path} of ${subject} has ${file.sizeBytes} bytes; such a file has ${maxBytes} at the most. It was not fetched.`,
  );
}

async function keptOrFetched(opened: Opened, commit: string, file: ListedFile): Promise<Blob> {
  const { name, store } = opened;
  const key: FileKey & { readonly hash: string } = { ...name, commit, path: file.path, hash: file.hash };
  const kept = await store.read(key);
  if (kept?.size === file.sizeBytes) return kept;
  if (kept !== null) await store.remove(key);
  const draft = await store.openDraft(key);
  try {
    const { hub, exchange, meter } = opened;
    const url = fileUrl(hub, name, commit, file.path);
    const fetchOnce = (): Promise<boolean> =>
      transfer(file, url, draft, { ...exchange, subject: `${file.path} of ${exchange.subject}` }, meter);
    const inParts = await fetchOnce();
    if (await isIntact(file, draft, exchange, meter)) return await draft.finish();
    // Parts of two versions may have met, which only the hash of the whole can tell.
    if (inParts) {
      await draft.begin(null);
      await fetchOnce();
      if (await isIntact(file, draft, exchange, meter)) return await draft.finish();
    }
    await draft.discard();
    throw new AppError(
      "bad-download",
      `${file.path} of ${exchange.subject} came from ${hub} with other bytes than it lists: its hash is wrong. It was ` +
        "dropped. Try again; if it stays so, the Hub or what stands before it is broken.",
    );
  } finally {
    await draft.close();
  }
}
