import { Progress, VisuallyHidden } from "@mantine/core";
import type { ExperimentSlice } from "../../store/experiment.ts";
import { progressOf } from "../../store/progress.ts";
import { useSelect } from "../app-context.ts";
import { formatDuration, formatShare } from "../format.ts";
import { useMethodLooks } from "../palette.ts";
import classes from "./panels.module.css";

const headings: Readonly<Record<ExperimentSlice["status"], string>> = {
  idle: "",
  starting: "Getting ready",
  running: "Training",
  paused: "Paused",
  stopping: "Stopping after the step in flight",
  finished: "Finished",
  failed: "Ended early",
};

/** How far the experiment is: run, step, speed, time left. */
export function ProgressPanel() {
  const experiment = useSelect((state) => state.experiment);
  const looks = useMethodLooks();
  const { status, phase, runs, tokensPerSecond } = experiment;
  const { share, running, runsEnded, runsPlanned, remainingMs } = progressOf(runs);
  const [current = null] = running;
  const facts: readonly (readonly [string, string])[] = [
    ["Run", runsPlanned === 0 ? "–" : `${Math.min(runsEnded + 1, runsPlanned)} of ${runsPlanned}`],
    ["Step", current === null ? "–" : `${current.stepsDone} of ${current.stepCount}`],
    ["Tokens / s", tokensPerSecond === null ? "–" : Math.round(tokensPerSecond).toLocaleString("en")],
    ["Time left", remainingMs === null ? "–" : formatDuration(remainingMs)],
  ];
  const now = current === null ? "" : `${looks(current.method).label}, seed ${current.seed}`;
  return (
    <section className={classes.progress} aria-label="Progress">
      <div className={classes.progressHead}>
        <p className={classes.progressTitle}>
          {headings[status]}
          {now !== "" && <span className={classes.soft}> · {now}</span>}
        </p>
        <span className={classes.progressShare}>{formatShare(share)}</span>
      </div>
      <Progress value={share * 100} size="md" radius="xl" aria-label="Share of all steps done" />
      {phase !== null && (
        <p className={classes.hint}>
          {phase.text}
          {phase.total > 0 && ` ${phase.done} of ${phase.total}`}
        </p>
      )}
      <dl className={classes.facts}>
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Says the progress to screen readers: at every change of state and every tenth of the way, no oftener. */
export function ProgressVoice() {
  const status = useSelect((state) => state.experiment.status);
  const runs = useSelect((state) => state.experiment.runs);
  const tenths = Math.floor(progressOf(runs).share * 10);
  const text = status === "idle" ? "" : `${headings[status]}${status === "running" ? `, ${tenths * 10} % done` : ""}.`;
  return (
    <VisuallyHidden component="output" aria-live="polite">
      {text}
    </VisuallyHidden>
  );
}
