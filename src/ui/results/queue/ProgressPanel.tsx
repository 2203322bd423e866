import { Progress, VisuallyHidden } from "@mantine/core";
import type { RunHead } from "../../../store/results/archive.ts";
import { placeText } from "../../../analysis/grids/axes.ts";
import type { ExperimentSlice } from "../../../store/experiment.ts";
import { progressOf, runsGoing } from "../../../store/results/progress.ts";
import { useSelect } from "../../app-context.ts";
import { Facts, type Fact } from "../../kit/Facts.tsx";
import { formatDuration, formatShare, formatWhole } from "../../../core/format.ts";
import { useMethodLooks } from "../../kit/palette.ts";
import { aboutTime } from "../../kit/about-time.ts";
import { useShownAxes } from "../use-shown.ts";
import { NotifyButton } from "../NotifyButton.tsx";
import { runsAnchor } from "./RunsTable.tsx";
import textClasses from "../../kit/text.module.css";
import classes from "./ProgressPanel.module.css";

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
  const axes = useShownAxes();
  const { status, phase, tokensPerSecond } = experiment;
  const { share, running, runsEnded, runsPlanned, remainingMs } = progressOf(runsGoing(experiment));
  const expected = useSelect(({ demo }) => (demo.shown ? (demo.expected?.timeMs ?? null) : null));
  const facts: readonly Fact[] = [
    running.length > 1
      ? ["Ended", `${runsEnded} of ${runsPlanned}`]
      : ["Run", runsPlanned === 0 ? "–" : `${Math.min(runsEnded + 1, runsPlanned)} of ${runsPlanned}`],
    ["Step", stepText(running)],
    ["Tokens / s", tokensPerSecond === null ? "–" : formatWhole(tokensPerSecond)],
    ["Time left", remainingMs !== null ? formatDuration(remainingMs) : expected === null ? "–" : aboutTime(expected)],
  ];
  const [current, ...beside] = running;
  const place = current === undefined ? "" : placeText(axes, current.setting);
  const alone = current === undefined ? [] : [looks(current.method).label, `seed ${current.seed}`, place];
  const now =
    beside.length > 0 ? `${running.length} runs side by side` : alone.filter((part) => part !== "").join(", ");
  return (
    <section className={classes.progress} aria-label="Progress">
      <div className={classes.head}>
        <p className={classes.title}>
          {headings[status]}
          {now !== "" && <span className={classes.now}> · {now}</span>}
        </p>
        <a className={classes.jump} href={`#${runsAnchor}`}>
          The queue
        </a>
        <NotifyButton />
        <span className={classes.share}>{formatShare(share)}</span>
      </div>
      <Progress value={share * 100} size="md" radius="xl" aria-label="Share of all steps done" />
      {phase !== null && (
        <p className={textClasses.hint}>
          {phase.text}
          {phase.total > 0 && `: ${phase.done} of ${phase.total}`}
        </p>
      )}
      <Facts facts={facts} />
    </section>
  );
}

/** How far the runs in hand are; those side by side keep together but for a few steps. */
function stepText(running: readonly RunHead[]): string {
  const steps = running.map(({ stepsDone }) => stepsDone);
  const most = Math.max(...running.map(({ stepCount }) => stepCount));
  if (steps.length === 0) return "–";
  const [low, high] = [Math.min(...steps), Math.max(...steps)];
  return `${low === high ? low : `${low}–${high}`} of ${most}`;
}

/** Says the progress to screen readers: at every change of state and every tenth of the way, no oftener. */
export function ProgressVoice() {
  const status = useSelect((state) => state.experiment.status);
  const runs = useSelect((state) => runsGoing(state.experiment));
  const tenths = Math.floor(progressOf(runs).share * 10);
  const { source, sourceName } = useSelect((state) => state.experiment);
  const opened = source === "recorded" ? "A recorded run is on show." : `${sourceName} is on show.`;
  const live = status === "idle" ? "" : `${headings[status]}${status === "running" ? `, ${tenths * 10} % done` : ""}.`;
  return (
    <VisuallyHidden component="output" aria-live="polite">
      {source === "recorded" || source === "file" ? opened : live}
    </VisuallyHidden>
  );
}
