import type { DownloadProgress, KeptFile } from "../../src/contract/sources/hub.ts";
import type { PresetMemory } from "../../src/contract/sources/presets.ts";
import type { StorageRecord } from "../../src/contract/sources/storage.ts";
import { AppError } from "../../src/core/errors.ts";
import type { Downloaded, DownloadRequest, DroppedFile, TrainerApi } from "../../src/worker/api.ts";
import { fakeCatalog } from "./fake-catalog.ts";

/** How the fake's Hub behaves. */
export interface FakeHubOptions {
  /** Every download ends with this, half way. */
  readonly failing?: AppError;
  /** Downloads are answered from what is kept, for this reason. */
  readonly offline?: string;
  /** Nothing is kept for good, for this reason. */
  readonly refusal?: string;
  /** Kept from earlier. */
  readonly kept?: readonly KeptFile[];
  /** Waits between two reports of progress. */
  readonly pause?: () => Promise<void>;
}

/** The commit that every revision stands for. */
export const fakeCommit = "0123456789abcdef0123456789abcdef01234567";

type HubCalls = Pick<
  TrainerApi,
  "presetMemory" | "downloadModel" | "downloadData" | "cancelDownload" | "storage" | "removeKept"
>;

/** The Hub's part of an engine: everything asked for is there, and has 17 MB. */
export function fakeHub(
  { failing, offline, refusal, kept = [], pause = () => Promise.resolve() }: FakeHubOptions,
  note: <T>(call: string, answer: () => T | Promise<T>) => Promise<T>,
): HubCalls {
  const totalBytes = 17_700_000;
  let files: readonly KeptFile[] = kept;
  let cancelled = false;

  async function download(
    kind: KeptFile["kind"],
    { id, revision, keptOnly }: DownloadRequest,
    paths: readonly string[],
    onProgress: (progress: DownloadProgress) => void,
  ): Promise<Downloaded> {
    cancelled = false;
    const commit = revision === fakeCommit || revision === "main" ? fakeCommit : "f".repeat(40);
    const keep = (complete: boolean, sizeBytes: number): void => {
      const path = paths.at(-1) ?? "";
      const others = files.filter((file) => file.id !== id || file.path !== path);
      files = [...others, { kind, id, commit, path, hash: "a".repeat(64), sizeBytes, complete }];
    };
    for (let tenth = 0; tenth <= 10 && !keptOnly; tenth++) {
      await pause();
      const doneBytes = (tenth / 10) * totalBytes;
      onProgress({
        phase: tenth === 0 ? "asking" : tenth === 4 ? "waiting" : tenth === 10 ? "checking" : "fetching",
        file: tenth === 0 ? null : (paths.at(-1) ?? null),
        doneBytes,
        totalBytes: tenth === 0 ? 0 : totalBytes,
        bytesPerSecond: tenth < 2 ? null : 2_100_000,
        secondsLeft: tenth < 2 ? null : (totalBytes - doneBytes) / 2_100_000,
        note: tenth === 4 ? "The Hub asks to wait: too many requests. Trying again." : null,
      });
      if (tenth === 5 && failing !== undefined) {
        keep(false, doneBytes);
        throw failing;
      }
      if (wasCancelled()) {
        keep(false, doneBytes);
        throw new AppError("stopped", "The download was cancelled.");
      }
    }
    keep(true, totalBytes);
    const name = id.slice(id.lastIndexOf("/") + 1);
    const came = paths.map((path): DroppedFile => ({
      path: kind === "model" ? `${name}/${path}` : path,
      file: new Blob(["x"]),
    }));
    return { files: came, source: { kind: "hub", id, revision, commit }, offline: offline ?? null };
  }

  const wasCancelled = (): boolean => cancelled;

  function storage(): StorageRecord {
    const usageBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 4096);
    return { files, usageBytes, quotaBytes: 12e9, persistent: false, refusal: refusal ?? null };
  }

  return {
    presetMemory: () =>
      note("presetMemory", () =>
        fakeCatalog.presets.map(({ id, parameterCount }): PresetMemory => ({
          id,
          totalBytes: 22 * parameterCount + 2e8,
          method: "plain",
          proposals:
            parameterCount < 1e8
              ? []
              : [{ training: { batchSize: 4, accumulate: 4 }, totalBytes: 17 * parameterCount }],
          upperBound: true,
          problem:
            parameterCount > 3e8 ? "This needs 7.4 GiB and the device gives 2 GiB; a batch size of 4 would fit." : null,
        })),
      ),
    downloadModel: (request, onProgress) =>
      note(
        `downloadModel ${request.hub} ${request.id} ${request.revision} ${request.keptOnly ? "kept" : "asked"}`,
        () => download("model", request, ["config.json", "vocab.txt", "model.safetensors"], onProgress),
      ),
    downloadData: (request, paths, onProgress) =>
      note(`downloadData ${request.hub} ${request.id} ${paths.join(" ")}`, () =>
        download("dataset", request, paths, onProgress),
      ),
    cancelDownload: () =>
      note("cancelDownload", () => {
        cancelled = true;
      }),
    storage: () => note("storage", storage),
    removeKept: (of) =>
      note(`removeKept ${of === null ? "all" : `${of.id} ${of.commit}`}`, () => {
        files = of === null ? [] : files.filter(({ id, commit }) => id !== of.id || commit !== of.commit);
        return storage();
      }),
  };
}
