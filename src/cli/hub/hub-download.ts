import type { DownloadProgress } from "../../contract/hub.ts";
import { formatElapsed, formatMebibytes } from "../../core/format.ts";
import type { HubMeans } from "../../models/hub/repository.ts";
import { exitCodes } from "../command.ts";
import { hubCache } from "./hub-cache.ts";
import { hubFetch } from "./hub-environment.ts";
import type { HubEnvironment } from "./hub-environment.ts";
import type { Terminal } from "../terminal.ts";

const barWidth = 20;

/**
 * Runs a download with progress on the terminal. The first Ctrl+C cancels it and keeps what came, a second one leaves at
 * once. Errors: stopped, and those of the download.
 */
export async function withDownload<T>(
  environment: HubEnvironment,
  terminal: Terminal,
  download: (means: HubMeans) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const onInterrupt = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort();
  };
  process.on("SIGINT", onInterrupt);
  let said = "";
  try {
    return await download({
      store: hubCache(environment.cache),
      fetch: hubFetch(environment),
      signal: controller.signal,
      offline: environment.offline,
      onProgress: (progress) => {
        terminal.status(describeDownload(progress));
        // Waits are also worth a line where nobody watches the changing one.
        if (progress.note !== null && progress.note !== said) terminal.complain(progress.note);
        said = progress.note ?? said;
      },
    });
  } finally {
    process.off("SIGINT", onInterrupt);
    terminal.status("");
  }
}

/** One line on how far a download is. */
export function describeDownload(progress: DownloadProgress): string {
  const { phase, file, doneBytes, totalBytes, bytesPerSecond, secondsLeft } = progress;
  if (phase === "asking" || totalBytes === 0) return "Asking the Hub";
  const filled = Math.floor((doneBytes / totalBytes) * barWidth);
  const state = { asking: "", fetching: "", waiting: " (waiting)", checking: " (checking)" }[phase];
  return [
    `[${"#".repeat(filled)}${".".repeat(barWidth - filled)}] ${file ?? ""}${state}`,
    `${formatMebibytes(doneBytes)}/${formatMebibytes(totalBytes)} MiB`,
    ...(bytesPerSecond === null ? [] : [`${formatMebibytes(bytesPerSecond)} MiB/s`]),
    ...(secondsLeft === null ? [] : [`${formatElapsed(1000 * secondsLeft)} left`]),
  ].join("  ");
}
