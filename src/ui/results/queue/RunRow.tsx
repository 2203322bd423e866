import { Button } from "@mantine/core";
import { memo } from "react";
import type { RunHead } from "../../../store/results/archive.ts";
import { placeText, type ShownAxis } from "../../../analysis/grids/axes.ts";
import { stoppedEarlyAt } from "../../../analysis/scores/stopped-early.ts";
import { predictsOneClass } from "../../../analysis/scores/one-class.ts";
import { problemWithGrowing } from "../../../store/state.ts";
import { bestScore, lastScore } from "../../../store/results/scores.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { formatDuration, formatScore, formatShare } from "../../../core/format.ts";
import { asides } from "../../../analysis/time/aside.ts";
import { deviceName } from "../../../analysis/device-name.ts";
import { useMethodLooks } from "../../kit/palette.ts";
import { MethodHead, SettingCells } from "../MethodTable.tsx";
import textClasses from "../../kit/text.module.css";
import tableClasses from "../table.module.css";
import classes from "./queue.module.css";

interface RunRowProps {
  readonly run: RunHead;
  readonly metric: string;
  /** A column for each of them. */
  readonly axes: readonly ShownAxis[];
}

/** A run in the table of runs; drawn again only when it changed. */
export const RunRow = memo(function RunRow({ run, metric, axes }: RunRowProps) {
  const looks = useMethodLooks();
  const waiting = run.status === "waiting";
  const stoppedAt = stoppedEarlyAt(run);
  const figure = `${tableClasses.number} ${classes.figure}`;
  return (
    <tr data-waiting={waiting}>
      <MethodHead look={looks(run.method)} />
      <SettingCells axes={axes} setting={run.setting} />
      <td className={tableClasses.number}>{run.seed}</td>
      <td className={figure}>
        {waiting ? "–" : run.stepsDone}
        <span className={textClasses.soft}> / {run.stepCount}</span>
      </td>
      <td className={figure}>{formatScore(lastScore(run.evaluations, metric))}</td>
      <td className={figure}>{formatScore(bestScore(run.evaluations, metric))}</td>
      <td className={figure}>{run.elapsedMs > 0 ? formatDuration(run.elapsedMs) : "–"}</td>
      <td>
        <div className={classes.status}>
          <State status={run.status} />
          {run.status === "running" && <Share run={run} />}
          <Act run={run} axes={axes} />
        </div>
        {stoppedAt !== null && <p className={textClasses.hint}>stopped early at step {stoppedAt}</p>}
        {run.status === "completed" && predictsOneClass(run) && (
          <p className={textClasses.hint}>predicts one class only</p>
        )}
        {asides(run).map((aside) => (
          <p key={aside} className={textClasses.hint}>
            {aside}
          </p>
        ))}
        {run.device !== undefined && <p className={textClasses.hint}>on {deviceName(run.device)}</p>}
        {run.error !== null && (
          <p className={run.error.code === "stopped" ? textClasses.hint : textClasses.problem}>{run.error.message}</p>
        )}
      </td>
    </tr>
  );
});

/** A run in hand does not run while the experiment is paused. */
function State({ status }: Pick<RunHead, "status">) {
  const paused = useSelect((state) => status === "running" && state.experiment.status === "paused");
  return (
    <span className={classes.state} data-status={status}>
      {paused ? "paused" : status}
    </span>
  );
}

function Share({ run }: { readonly run: RunHead }) {
  const share = run.stepCount === 0 ? 0 : run.stepsDone / run.stepCount;
  return (
    <>
      <span className={classes.track} aria-hidden>
        <span style={{ width: `${share * 100}%` }} />
      </span>
      <span className={textClasses.soft}>{formatShare(share)}</span>
    </>
  );
}

/** What can be done with a run, while the experiment goes on and after its end. */
function Act({ run, axes }: Pick<RunRowProps, "run" | "axes">) {
  const open = useSelect((state) => problemWithGrowing(state) === null);
  const actions = useActions();
  const looks = useMethodLooks();
  const ahead = run.status === "waiting" || run.status === "running";
  if (!open || run.status === "completed") return null;
  const place = placeText(axes, run.setting);
  const name = `${looks(run.method).label}, ${place === "" ? "" : `${place}, `}seed ${run.seed}`;
  return (
    <Button
      variant="subtle"
      size="compact-xs"
      aria-label={`${ahead ? "Cancel" : "Retry"} ${name}`}
      onClick={() => void (ahead ? actions.experiment.cancel(run.id) : actions.grow.retry(run.id))}
    >
      {ahead ? "Cancel" : "Retry"}
    </Button>
  );
}
