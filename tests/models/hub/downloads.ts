import type { DownloadProgress, HubRequest } from "../../../src/contract/sources/hub.ts";
import { failureOf } from "../../../src/core/errors.ts";
import type { Failure } from "../../../src/core/errors.ts";
import type { Patience } from "../../../src/models/hub/exchange.ts";
import { memoryStore } from "../../../src/models/hub/memory-store.ts";
import type { HubMeans } from "../../../src/models/hub/repository.ts";
import type { GivenRepository, HubServer, RequestNote } from "./server.ts";

/** As usualPatience, but for waits that a test can bear. */
export const hasty: Patience = { attempts: 4, firstWaitMs: 1, longestWaitMs: 60_000, silenceMs: 30_000 };

/** Bytes that no two files share. */
export function bytesOf(length: number, seed = 0): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8) * 7 + seed) % 256);
}

/** A model as far as the Hub cares: its files are no more than bytes. */
export function modelOf(id: string, weights = bytesOf(100_000)): GivenRepository {
  const config = JSON.stringify({ model_type: "bert" });
  return { id, files: { "config.json": config, "vocab.txt": "[PAD]\n", "model.safetensors": weights } };
}

/** What a download is made with in a test; `seen` has all that it told. */
export function meansFor(changes: Partial<HubMeans> = {}): HubMeans & { readonly seen: DownloadProgress[] } {
  const seen: DownloadProgress[] = [];
  return {
    store: memoryStore(),
    fetch,
    signal: new AbortController().signal,
    patience: hasty,
    onProgress: (progress) => seen.push(progress),
    seen,
    ...changes,
  };
}

export function requestOf(hub: HubServer, id: string, revision = "main"): HubRequest {
  return { hub: hub.url, id, revision };
}

/** The failure of a promise that must fail. */
export async function failureIn(promise: Promise<unknown>): Promise<Failure> {
  return await promise.then(
    () => Promise.reject(new Error("It succeeded, but was to fail.")),
    (thrown: unknown) => failureOf(thrown),
  );
}

/** "storage bytes=5-" for every request that asked for the file with this in its URL. */
export function asked(notes: readonly RequestNote[], part: string): readonly string[] {
  return notes.filter(({ path }) => path.includes(part)).map(({ server, range }) => `${server} ${range ?? "all"}`);
}
