import type { DownloadProgress } from "../../contract/sources/hub.ts";
import { formatElapsed, formatMebibytes } from "../../core/format.ts";
import type { HubMeans } from "../../models/hub/repository.ts";
import { hubCache } from "./hub-cache.ts";
import { hubEnvironment, hubFetch } from "./hub-environment.ts";
import { interruptible } from "../interrupt.ts";
import { progressBar, type Terminal } from "../terminal.ts";

/** What came of a download: from where, and why the Hub was not asked, as a sentence. */
interface FromHub {
  readonly source: { readonly id: string; readonly revision: string; readonly commit: string };
  readonly offline: string | null;
}

/**
 * Runs a download with progress on the terminal, and tells what came. Ctrl+C cancels it and keeps what came so far.
 * Errors: stopped, and those of the download.
 */
export async function withDownload<T>(
  terminal: Terminal,
  download: (means: HubMeans, hub: string) => Promise<T>,
  fromHub: (got: T) => FromHub,
): Promise<T> {
  const environment = hubEnvironment();
  const { hub, cache, offline } = environment;
  const controller = new AbortController();
  let said = "";
  const means = {
    store: hubCache(cache),
    fetch: hubFetch(environment),
    signal: controller.signal,
    offline,
    onProgress: (progress: DownloadProgress) => {
      terminal.status(describeDownload(progress));
      // Waits are also worth a line where nobody watches the changing one.
      if (progress.note !== null && progress.note !== said) terminal.complain(progress.note);
      said = progress.note ?? said;
    },
  };
  const work = async (): Promise<T> => await download(means, hub);
  const got = await interruptible(() => controller.abort(), work).finally(() => terminal.status(""));
  const told = fromHub(got);
  if (told.offline !== null) terminal.line(`Hub     ${told.offline} What is kept is used.`);
  const { id, revision, commit } = told.source;
  terminal.line(`Hub     ${id} ${revision}, commit ${commit.slice(0, 12)}, kept in ${cache}`);
  return got;
}

/** One line on how far a download is. */
export function describeDownload(progress: DownloadProgress): string {
  const { phase, file, doneBytes, totalBytes, bytesPerSecond, secondsLeft } = progress;
  if (phase === "asking" || totalBytes === 0) return "Asking the Hub";
  const state = { asking: "", fetching: "", waiting: " (waiting)", checking: " (checking)" }[phase];
  return [
    `${progressBar(doneBytes / totalBytes)} ${file ?? ""}${state}`,
    `${formatMebibytes(doneBytes)}/${formatMebibytes(totalBytes)} MiB`,
    ...(bytesPerSecond === null ? [] : [`${formatMebibytes(bytesPerSecond)} MiB/s`]),
    ...(secondsLeft === null ? [] : [`${formatElapsed(1000 * secondsLeft)} left`]),
  ].join("  ");
}
