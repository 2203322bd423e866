import { Button, Progress } from "@mantine/core";
import type { DownloadProgress } from "../../../contract/sources/hub.ts";
import type { DownloadAim, DownloadState } from "../../../store/setup/hub.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { formatBytes, formatDuration, formatShare } from "../../../core/format.ts";
import cardClasses from "../../kit/card.module.css";
import classes from "./DownloadCard.module.css";

/** The download that is going on for a part of the page: how far, how fast, how long, and the way out. */
export function DownloadCard({ aim }: { readonly aim: DownloadAim }) {
  const download = useSelect((state) => state.hub.download);
  const actions = useActions();
  if (download === null || download.aim !== aim) return null;
  const { label, progress, cancelling } = download;
  const share = progress === null || progress.totalBytes === 0 ? 0 : progress.doneBytes / progress.totalBytes;
  return (
    <section className={cardClasses.box} aria-label="Download">
      <div className={classes.head}>
        <span className={classes.title}>{label}</span>
        <span>{formatShare(share)}</span>
      </div>
      <Progress
        value={share * 100}
        size="sm"
        radius="xl"
        striped={progress?.phase === "checking"}
        aria-label={`Share of ${label} that is here`}
      />
      <div className={classes.foot}>
        <output className={classes.text}>{textOf(download)}</output>
        <Button
          loading={cancelling}
          onClick={() => void actions.hub.cancel()}
          aria-label={`Cancel the download of ${label}`}
        >
          Cancel
        </Button>
      </div>
    </section>
  );
}

/** "4.2 MiB of 17 MiB · 2.0 MiB/s · 6 s left", or what it is busy with else. */
function textOf({ progress, cancelling }: DownloadState): string {
  if (cancelling) return "Cancelling; what came is kept.";
  if (progress === null || progress.phase === "asking") return "Asking the Hub …";
  if (progress.note !== null) return progress.note;
  if (progress.phase === "checking") return `Checking ${progress.file ?? "the file"} …`;
  return [amountOf(progress), speedOf(progress), timeLeftOf(progress)].filter((part) => part !== "").join(" · ");
}

function amountOf({ doneBytes, totalBytes }: DownloadProgress): string {
  return `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`;
}

function speedOf({ bytesPerSecond }: DownloadProgress): string {
  return bytesPerSecond === null ? "" : `${formatBytes(bytesPerSecond)}/s`;
}

function timeLeftOf({ secondsLeft }: DownloadProgress): string {
  return secondsLeft === null ? "" : `${formatDuration(secondsLeft * 1000)} left`;
}
